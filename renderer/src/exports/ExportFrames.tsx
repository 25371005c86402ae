import { Button, Group, Modal, Radio, Select, Stack, Text } from '@mantine/core';
import { IconFileExport } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { datasetFormats, type DatasetFormat } from '../../../electron/core/exports';
import type { Split } from '../../../electron/core/training';
import { call } from '../studio';
import { tell, tellError } from '../ui/tell';

const splits = ['all', 'train', 'validation', 'test'] as const;

function Sheet({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  const [format, setFormat] = useState<DatasetFormat>('folders');
  const [split, setSplit] = useState<Split | 'all'>('all');
  const [busy, setBusy] = useState(false);
  const write = async (): Promise<void> => {
    setBusy(true);
    try {
      const result = await call('datasets:export', format, split);
      if (!result) return;
      tell(t('exporting:framesWritten', { folder: result.folder, count: result.frames }));
      close();
    } catch (error) {
      tellError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="md">
      <Radio.Group value={format} onChange={(value) => setFormat(value as DatasetFormat)} label={t('exporting:formats')}>
        <Stack gap="xs" mt={6}>
          {datasetFormats.map((name) => (
            <Radio key={name} value={name} label={t(`exporting:dataset.${name}`)} description={t(`exporting:aboutDataset.${name}`)} data-testid={`dataset-${name}`} />
          ))}
        </Stack>
      </Radio.Group>
      <Select label={t('exporting:split')} value={split} onChange={(value) => value && setSplit(value as Split | 'all')} data={splits.map((name) => ({ value: name, label: t(`exporting:splits.${name}`) }))} allowDeselect={false} w={260} />
      <Text size="sm" c="dimmed">
        {t('exporting:splitByClip')}
      </Text>
      <Group justify="flex-end">
        <Button leftSection={<IconFileExport size={16} aria-hidden />} loading={busy} onClick={() => void write()} data-testid="export-frames-go">
          {t('exporting:export')}
        </Button>
      </Group>
    </Stack>
  );
}

/** Button and sheet for writing the labeled frames into a folder. */
export function ExportFrames() {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" size="sm" leftSection={<IconFileExport size={16} aria-hidden />} onClick={() => setOpened(true)} data-testid="export-frames">
        {t('exporting:frames')}
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} size={540} title={<Text fw={620} size="md">{t('exporting:framesTitle')}</Text>} closeButtonProps={{ 'aria-label': t('common:close') }}>
        <Sheet close={() => setOpened(false)} />
      </Modal>
    </>
  );
}
