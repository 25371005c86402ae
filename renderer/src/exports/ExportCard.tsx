import { ActionIcon, Button, Group, SegmentedControl, Stack, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconFileExport, IconServerBolt } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { modelFormats, type ModelFormat } from '../../../electron/core/exports';
import type { ModelView } from '../../../electron/ipc/contract';
import type { ModelExportView } from '../../../electron/ipc/exports';
import { call } from '../studio';
import { Card } from '../ui/Card';
import { useFormat } from '../ui/format';
import { useStudio } from '../ui/queries';
import { say } from '../ui/sentences';
import { tell, tellError } from '../ui/tell';
import classes from './Exports.module.css';

function Snippet({ model, format, file }: { readonly model: ModelView; readonly format: ModelFormat; readonly file: string | null }) {
  const { t } = useTranslation();
  const code = useStudio('models:snippet', model.id, format, file).data;
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await call('models:copySnippet', model.id, format, file);
      setCopied(true);
    } catch (error) {
      tellError(error);
    }
  };
  if (code === undefined) return null;
  return (
    <div className={classes.snippet}>
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={580}>
          {t('exporting:inYourCode')}
        </Text>
        <Tooltip label={t(copied ? 'exporting:copied' : 'exporting:copy')}>
          <ActionIcon variant="default" onClick={() => void copy()} aria-label={t(copied ? 'exporting:copied' : 'exporting:copy')} data-testid="snippet-copy">
            {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      </Group>
      <pre className={classes.code} data-selectable data-testid="snippet" tabIndex={0} aria-label={t('exporting:inYourCode')}>
        {code}
      </pre>
    </div>
  );
}

/** Where an exported file is, and how close its answers are. */
function Written({ written }: { readonly written: ModelExportView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { parity, notCompared } = written;
  return (
    <Text size="sm" data-testid="export-done">
      {t('exporting:written', { file: written.file, size: format.number(Math.ceil(written.bytes / 1024)) })}{' '}
      {notCompared && say(t, notCompared)}
      {parity && t(parity.pictures === 'frames' ? 'exporting:parityFrames' : 'exporting:parityRandom', { count: parity.frames, difference: parity.maxProbabilityDifference.toExponential(1) })}
    </Text>
  );
}

/** Bringing a model into other programs: a file in a format, a program for it, the folder for bigger machines. */
export function ExportCard({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const [format, setFormat] = useState<ModelFormat>('keras');
  const [written, setWritten] = useState<Readonly<Partial<Record<ModelFormat, ModelExportView>>>>({});
  const [busy, setBusy] = useState<'export' | 'handOff' | null>(null);
  const work = async (kind: 'export' | 'handOff', action: () => Promise<void>): Promise<void> => {
    setBusy(kind);
    try {
      await action();
    } catch (error) {
      tellError(error);
    } finally {
      setBusy(null);
    }
  };
  const done = written[format];
  return (
    <Card title={t('exporting:title')} data-testid="model-export">
      <Stack gap="sm">
        <SegmentedControl value={format} onChange={(value) => setFormat(value as ModelFormat)} data={modelFormats.map((name) => ({ value: name, label: t(`exporting:format.${name}`) }))} aria-label={t('exporting:formats')} className={classes.formats} />
        <Text size="sm" c="dimmed">
          {t(`exporting:about.${format}`)}
        </Text>
        <Group gap="xs">
          <Button
            leftSection={<IconFileExport size={16} aria-hidden />}
            loading={busy === 'export'}
            disabled={busy !== null}
            data-testid="export-model"
            onClick={() =>
              void work('export', async () => {
                const result = await call('models:export', model.id, format);
                if (result) setWritten((before) => ({ ...before, [format]: result }));
              })
            }
          >
            {t('exporting:export')}
          </Button>
          <Tooltip label={t('exporting:handOffHint')} multiline w={320}>
            <Button
              variant="default"
              leftSection={<IconServerBolt size={16} aria-hidden />}
              loading={busy === 'handOff'}
              disabled={busy !== null}
              data-testid="hand-off"
              onClick={() =>
                void work('handOff', async () => {
                  const result = await call('models:handOff', model.id);
                  if (result) tell(t('exporting:handedOff', { folder: result.folder, count: result.frames }));
                })
              }
            >
              {t('exporting:handOff')}
            </Button>
          </Tooltip>
        </Group>
        {done && <Written written={done} />}
        <Snippet key={`${format} ${done?.file ?? ''}`} model={model} format={format} file={done?.file ?? null} />
      </Stack>
    </Card>
  );
}
