import { Alert, Button, Group, Menu, Modal, NumberInput, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp, IconDeviceFloppy, IconPlus } from '@tabler/icons-react';
import { useMemo, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Architecture } from '../../../electron/core/architecture';
import { buildPreset, presetNames } from '../../../electron/core/presets';
import { call } from '../studio';
import { queries, useStudio } from '../ui/queries';
import { attempt } from '../ui/tell';
import classes from './Architecture.module.css';
import { addLayer, layerTitles, layerTypes } from './edit';
import { inspect, isSound, type Inspection } from './inspect';
import { LayerFields } from './LayerFields';
import { LayerList } from './LayerList';
import { useEditor, type Editor } from './useEditor';

interface Props {
  readonly classNames: readonly string[];
  readonly first: Architecture;
  readonly close: () => void;
  /** Told the name of an architecture that was saved. */
  readonly took: (name: string, architecture: Architecture) => void;
}

function Presets({ editor, classNames }: { readonly editor: Editor; readonly classNames: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <div className={classes.presets} role="group" aria-label={t('builder:begin')}>
      {presetNames.map((name) => (
        <button key={name} type="button" className={classes.preset} onClick={() => editor.change(buildPreset(name, editor.architecture.input, Math.max(2, classNames.length)))} data-testid={`builder-preset-${name}`}>
          <strong>{name}</strong>
          <small>{t(`builder:preset.${name}`)}</small>
        </button>
      ))}
    </div>
  );
}

function Tools({ editor, chosen, choose }: { readonly editor: Editor; readonly chosen: string | null; readonly choose: (uid: string) => void }) {
  const { t } = useTranslation();
  const { architecture, change, undo, canUndo } = editor;
  const { input } = architecture;
  return (
    <Group gap="sm" align="flex-end">
      <NumberInput w={120} label={t('ladder:field.size')} suffix=" px" value={input.height} min={8} max={1024} step={16} allowDecimal={false} onChange={(size) => typeof size === 'number' && size >= 8 && size <= 1024 && size !== input.height && change({ ...architecture, input: { ...input, height: size, width: size } })} data-testid="builder-size" />
      <SegmentedControl
        value={String(input.channels)}
        aria-label={t('ladder:field.channels')}
        onChange={(channels) => change({ ...architecture, input: { ...input, channels: Number(channels) } })}
        data={[
          { value: '3', label: t('ladder:colour') },
          { value: '1', label: t('ladder:gray') },
        ]}
      />
      <Menu width={230}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} data-testid="builder-add">
            {t('builder:add')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={380} style={{ overflowY: 'auto' }}>
          {layerTypes.map((type) => (
            <Menu.Item
              key={type}
              onClick={() => {
                const uid = crypto.randomUUID();
                const at = architecture.layers.findIndex((layer) => layer.uid === chosen);
                change(addLayer(architecture, at >= 0 ? at : architecture.layers.length - 1, type, uid));
                choose(uid);
              }}
              data-testid={`builder-add-${type}`}
            >
              {layerTitles[type]}
              <Text size="xs" c="dimmed">
                {t(`builder:type.${type}`)}
              </Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Button variant="subtle" leftSection={<IconArrowBackUp size={16} aria-hidden />} disabled={!canUndo} onClick={undo} data-testid="builder-undo">
        {t('builder:undo')}
      </Button>
    </Group>
  );
}

function Total({ seen }: { readonly seen: Inspection }) {
  const { t } = useTranslation();
  if (!isSound(seen)) {
    const problem = seen.problems[0];
    return (
      <Alert color="resin" p="xs" icon={<IconAlertTriangle size={16} aria-hidden />} data-testid="builder-problem">
        {problem ? t(`builder:problem.${problem.key}`, problem.params) : t('builder:mendFirst')}
      </Alert>
    );
  }
  return (
    <Text className="numbers" data-testid="builder-total" data-parameters={seen.parameters?.total}>
      {t('common:parameters', { count: seen.parameters?.total ?? 0 })}
    </Text>
  );
}

function Keep({ editor, seen, close, took }: { readonly editor: Editor; readonly seen: Inspection } & Pick<Props, 'close' | 'took'>) {
  const { t } = useTranslation();
  const saved = useStudio('architectures:list').data ?? [];
  const { architecture } = editor;
  const [name, setName] = useState(() => (presetNames.includes(architecture.name) ? `my-${architecture.name}` : architecture.name));
  const replaces = saved.some((known) => known.name === name);
  const save = async (): Promise<void> => {
    const kept = await attempt(call('architectures:save', name.trim(), { ...architecture, name: name.trim() }));
    if (!kept) return;
    await queries.invalidateQueries({ queryKey: ['architectures:list'] });
    took(kept.name, kept.architecture);
    close();
  };
  return (
    <Group gap="sm" align="flex-end" justify="space-between" className={classes.keep}>
      <Total seen={seen} />
      <Group gap="sm" align="flex-end">
        <TextInput label={t('builder:name')} value={name} maxLength={60} onChange={(event) => setName(event.currentTarget.value)} data-testid="builder-name" />
        <Button leftSection={<IconDeviceFloppy size={16} aria-hidden />} disabled={!isSound(seen) || name.trim() === ''} onClick={() => void save()} data-testid="builder-save">
          {t(replaces ? 'builder:replace' : 'builder:save')}
        </Button>
      </Group>
    </Group>
  );
}

/** A network layer by layer, with its shapes, parameters and problems as it changes; kept in the project under a name. */
export function ArchitectureBuilder({ classNames, first, close, took }: Props) {
  const { t } = useTranslation();
  const editor = useEditor(() => first);
  const { architecture, change, undo } = editor;
  const [chosen, choose] = useState<string | null>(first.layers[0]?.uid ?? null);
  const seen = useMemo(() => inspect(architecture, Math.max(2, classNames.length)), [architecture, classNames.length]);
  // Another network was begun: the chosen layer is gone with the old one.
  const layer = architecture.layers.find(({ uid }) => uid === chosen) ?? architecture.layers[0];
  const onKeyDown = (event: KeyboardEvent): void => {
    const typing = event.target instanceof HTMLInputElement;
    if (typing || event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    undo();
  };
  return (
    <Modal opened onClose={close} size="min(1120px, 94vw)" title={t('builder:title')} closeButtonProps={{ 'aria-label': t('common:close') }} closeOnClickOutside={false} onKeyDown={onKeyDown} data-testid="builder">
      <div className={classes.builder}>
        <Presets editor={editor} classNames={classNames} />
        <Tools editor={editor} chosen={layer?.uid ?? null} choose={choose} />
        <div className={classes.halves}>
          <LayerList architecture={architecture} rows={seen.rows} chosen={layer?.uid ?? null} choose={choose} change={change} />
          {layer ? (
            <LayerFields architecture={architecture} layer={layer} change={change} />
          ) : (
            <Text c="dimmed" size="xs">
              {t('builder:chooseLayer')}
            </Text>
          )}
        </div>
        <Text size="xs" c="dimmed">
          {t('builder:keys')}
        </Text>
        <Keep editor={editor} seen={seen} close={close} took={took} />
      </div>
    </Modal>
  );
}
