import { Alert, Button, Group, List, Loader, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseInputShape, type InputShape } from '../../../electron/core/architecture';
import { UserError } from '../../../electron/core/errors';
import { scalingOf, scalings, type ModelFileFacts, type Scaling } from '../../../electron/core/modelFile';
import { call } from '../studio';
import { Facts } from '../ui/Facts';
import { useFormat } from '../ui/format';
import { MiddleCut } from '../ui/MiddleCut';
import { refine } from '../ui/place';
import { forgetTouched, useStudioWhen } from '../ui/queries';
import { say, sayError } from '../ui/sentences';
import { attempt, tell } from '../ui/tell';
import { chooseModelFile, closeImport, useModelImport } from './importState';
import classes from './Models.module.css';

const scalingKeys = { '0..1': 'unit', '-1..1': 'signed', '0..255': 'raw', own: 'own' } as const;

interface FormProps {
  readonly file: string;
  readonly architecture: string | null;
  readonly input: InputShape | null;
  readonly facts: ModelFileFacts;
  readonly retry: (input: InputShape) => void;
}

function nameOf(file: string): string {
  const parts = file.split(/[/\\]/);
  const own = (parts.at(-1) ?? '').replace(/\.[^.]+$/, '');
  return (own === 'model' ? parts.at(-2) : own) || own;
}

/** Size of the pictures, where the file leaves it open or reads a list of numbers. */
function SizeField({ retry }: { readonly retry: (input: InputShape) => void }) {
  const { t } = useTranslation();
  const [size, setSize] = useState('');
  const input = parseInputShape(size);
  return (
    <Group align="end" gap="xs">
      <TextInput label={t('imports:size')} description={t('imports:sizeHint')} value={size} onChange={(event) => setSize(event.currentTarget.value)} data-testid="import-size" />
      <Button variant="default" disabled={!input} onClick={() => input && retry(input)} data-testid="import-size-apply">
        {t('imports:sizeApply')}
      </Button>
    </Group>
  );
}

/** Why a file cannot be imported: its layers one by one, and what can be done. */
function Refusal({ error, retry }: { readonly error: unknown; readonly retry: (input: InputShape) => void }) {
  const { t } = useTranslation();
  const known = error instanceof UserError ? error : null;
  const open = known?.details.some(({ key }) => key === 'models:layerOpenSize' || key === 'models:layerOtherSize') ?? false;
  const chooseNetwork = async (): Promise<void> => {
    const architecture = await attempt(call('models:chooseArchitecture'));
    if (architecture) useModelImport.setState({ architecture });
  };
  return (
    <Stack gap="sm" data-testid="import-refused">
      <Alert color="clay" icon={<IconAlertTriangle size={18} aria-hidden />} title={t('imports:refused')} role="alert">
        <Text size="sm">{known ? say(t, known) : sayError(t, error)}</Text>
        {known && known.details.length > 0 && (
          <List size="sm" mt="xs" className={classes.refusals}>
            {known.details.map((detail, index) => (
              <List.Item key={index}>{say(t, detail)}</List.Item>
            ))}
          </List>
        )}
      </Alert>
      {open && <SizeField retry={retry} />}
      <Group justify="flex-end">
        {(known?.key === 'models:weightsOnly' || known?.key === 'models:architectureMissing') && (
          <Button variant="default" onClick={() => void chooseNetwork()}>
            {t('imports:architecture')}
          </Button>
        )}
        <Button onClick={() => void chooseModelFile()}>{t('imports:other')}</Button>
      </Group>
    </Stack>
  );
}

function FactRows({ file, facts }: Pick<FormProps, 'file' | 'facts'>) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Facts
      rows={[
        [t('imports:chosen'), <MiddleCut key="file" text={file.split(/[/\\]/).slice(-2).join('/')} />],
        [t('imports:format'), facts.source === 'teachableMachine' ? t('imports:teachable') : t(`imports:formatOf.${facts.format}`)],
        facts.kerasVersion ? [t('imports:version'), facts.format === 'tfjs' ? facts.kerasVersion : `Keras ${facts.kerasVersion}`] : null,
        [t('imports:input'), format.input(facts.input)],
        [t('imports:layers'), format.number(facts.layers.length)],
        [t('imports:parameters'), format.number(facts.parameters.total)],
        [t('imports:outputs'), format.number(facts.outputs)],
      ]}
    />
  );
}

function Layers({ facts }: Pick<FormProps, 'facts'>) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <details className={classes.layers}>
      <summary>{t('imports:layers')}</summary>
      <table data-testid="import-layers">
        <tbody>
          {facts.layers.map((layer) => (
            <tr key={layer.name}>
              <td>
                <code>{layer.name}</code> <small>{layer.type}</small>
              </td>
              <td>{layer.outputShape.join(' × ')}</td>
              <td>{format.number(layer.parameters)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Remarks({ facts }: Pick<FormProps, 'facts'>) {
  const { t } = useTranslation();
  return (
    <>
      {facts.warnings.length > 0 && (
        <Alert color="resin" icon={<IconAlertTriangle size={18} aria-hidden />} data-testid="import-warnings">
          {facts.warnings.map((warning) => (
            <Text key={warning.key} size="sm">
              {say(t, warning)}
            </Text>
          ))}
        </Alert>
      )}
      <Alert color="gray" icon={<IconInfoCircle size={18} aria-hidden />}>
        <Text size="sm">{facts.trainable ? t('imports:canTrain') : `${t('imports:cannotTrain')} ${facts.reasons.map((reason) => say(t, reason)).join(' ')}`}</Text>
      </Alert>
    </>
  );
}

function Form({ file, architecture, input, facts, retry }: FormProps) {
  const { t } = useTranslation();
  const known = scalingOf(facts.preprocessing);
  const [name, setName] = useState(nameOf(file));
  const [names, setNames] = useState((facts.classNames ?? []).join('\n'));
  const [scaling, setScaling] = useState<Scaling | 'own'>(known ?? 'own');
  const [busy, setBusy] = useState(false);
  const wished = names.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const wrong = wished.length > 0 && wished.length !== facts.outputs;
  const start = async (): Promise<void> => {
    setBusy(true);
    const done = await attempt(call('models:import', { file, architecture, input, classNames: wished.length > 0 ? wished : null, scaling: scaling === 'own' ? null : scaling, name: name.trim() || nameOf(file) }));
    setBusy(false);
    if (!done) return;
    forgetTouched('models');
    closeImport();
    refine({ model: done.id });
    tell([t('imports:done', { name: name.trim() || nameOf(file) }), ...done.warnings.map((warning) => say(t, warning))].join(' '));
  };
  const choices = [...scalings, ...(known ? [] : (['own'] as const))];
  return (
    <Stack gap="sm">
      <FactRows file={file} facts={facts} />
      <Remarks facts={facts} />
      {facts.input.vector && <SizeField retry={retry} />}
      <TextInput label={t('imports:name')} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} data-testid="import-name" />
      <Textarea
        label={t('imports:classes')}
        description={facts.classNames ? t('imports:classesHint', { count: facts.outputs }) : `${t('imports:classesHint', { count: facts.outputs })} ${t('imports:classesEmpty')}`}
        error={wrong ? t('imports:classesWrong', { names: wished.length, outputs: facts.outputs }) : undefined}
        autosize
        minRows={2}
        maxRows={6}
        value={names}
        onChange={(event) => setNames(event.currentTarget.value)}
        data-testid="import-classes"
      />
      <Select label={t('imports:scaling')} description={say(t, facts.preprocessingReason)} value={scaling} data={choices.map((value) => ({ value, label: t(`imports:scalingOf.${scalingKeys[value]}`) }))} onChange={(value) => value && setScaling(value as Scaling | 'own')} data-testid="import-scaling" />
      <Layers facts={facts} />
      <Group justify="flex-end">
        <Button onClick={() => void start()} loading={busy} disabled={wrong} data-testid="import-go">
          {t('imports:go')}
        </Button>
      </Group>
    </Stack>
  );
}

function Content({ file, architecture }: { readonly file: string; readonly architecture: string | null }) {
  const { t } = useTranslation();
  const [input, setInput] = useState<InputShape | null>(null);
  const { data, error } = useStudioWhen({ enabled: true, quiet: true }, 'models:inspectFile', file, architecture, input);
  if (error) return <Refusal error={error} retry={setInput} />;
  if (!data) {
    return (
      <Group gap="sm" role="status">
        <Loader size="sm" />
        <Text>{t('imports:reading')}</Text>
      </Group>
    );
  }
  return <Form file={file} architecture={architecture} input={input} facts={data} retry={setInput} />;
}

/** What is in a model file, what has to be said about it, and the import. */
export function ImportSheet() {
  const { t } = useTranslation();
  const { file, architecture } = useModelImport();
  return (
    <Modal opened={file !== null} onClose={closeImport} size={620} title={<Text fw={620} size="md">{t('imports:title')}</Text>} closeButtonProps={{ 'aria-label': t('common:close') }}>
      {file !== null && <Content key={`${file} ${architecture ?? ''}`} file={file} architecture={architecture} />}
    </Modal>
  );
}
