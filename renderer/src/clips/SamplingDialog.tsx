import { Button, Group, Modal, NumberInput, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { formatSampling, parseSampling, type Sampling } from '../../../electron/core/clips';
import type { ClipView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { useStudio } from '../ui/queries';
import { tellChange } from '../ui/tell';
import { closeClipDialog, useClipDialog } from './chosen';

const kinds = ['every', 'count', 'different', 'all'] as const;

/** A sampling in words: `every 200 ms`. */
export function samplingText(t: TFunction, sampling: Sampling): string {
  if (sampling.kind === 'all') return t('board:sampling.saidAll');
  return sampling.kind === 'every' ? t('board:sampling.saidEvery', { milliseconds: sampling.milliseconds }) : t(sampling.kind === 'count' ? 'board:sampling.saidCount' : 'board:sampling.saidDifferent', { count: sampling.frames });
}

/** Chooses the rule by which frames are taken from a film. */
export function SamplingField({ value, onChange }: { readonly value: Sampling; readonly onChange: (sampling: Sampling) => void }) {
  const { t } = useTranslation();
  const milliseconds = value.kind === 'every' ? value.milliseconds : 200;
  const frames = value.kind === 'count' || value.kind === 'different' ? value.frames : 40;
  const build = (kind: (typeof kinds)[number]): Sampling => (kind === 'all' ? { kind } : kind === 'every' ? { kind, milliseconds } : { kind, frames });
  return (
    <Stack gap="sm">
      <Radio.Group value={value.kind} onChange={(kind) => onChange(build(kind as Sampling['kind']))} aria-label={t('board:sampling.rule')}>
        <Stack gap={8}>
          {kinds.map((kind) => (
            <Radio key={kind} value={kind} label={t(`board:sampling.${kind}`)} description={t(`board:sampling.${kind}Hint`)} data-testid={`sampling-${kind}`} />
          ))}
        </Stack>
      </Radio.Group>
      {value.kind === 'every' && (
        <NumberInput w={220} label={t('board:sampling.milliseconds')} value={milliseconds} min={1} max={9_999_999} clampBehavior="blur" onChange={(next) => typeof next === 'number' && next >= 1 && onChange({ kind: 'every', milliseconds: Math.round(next) })} data-testid="sampling-number" />
      )}
      {(value.kind === 'count' || value.kind === 'different') && (
        <NumberInput w={220} label={t('board:sampling.frames')} value={frames} min={1} max={999_999} clampBehavior="blur" onChange={(next) => typeof next === 'number' && next >= 1 && onChange({ kind: value.kind, frames: Math.round(next) })} data-testid="sampling-number" />
      )}
    </Stack>
  );
}

function Editor({ clips }: { readonly clips: readonly ClipView[] }) {
  const { t } = useTranslation();
  const [sampling, setSampling] = useState<Sampling>(() => parseSampling(clips[0]?.sampling ?? '') ?? { kind: 'every', milliseconds: 200 });
  const start = () => {
    closeClipDialog();
    void tellChange(call('clips:resample', clips.map(({ id }) => id), formatSampling(sampling)));
  };
  return (
    <Stack gap="md">
      <Text c="dimmed">{t('board:sampling.text', { count: clips.length })}</Text>
      <SamplingField value={sampling} onChange={setSampling} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={closeClipDialog}>
          {t('common:cancel')}
        </Button>
        <Button onClick={start} data-testid="sampling-start">
          {t('board:sampling.start')}
        </Button>
      </Group>
    </Stack>
  );
}

/** Other frames of films that are in the project. */
export function SamplingDialog() {
  const { t } = useTranslation();
  const { kind, ids } = useClipDialog();
  const clips = useStudio('clips:list').data ?? [];
  const chosen = clips.filter(({ id }) => ids.includes(id));
  return (
    <Modal opened={kind === 'sampling' && chosen.length > 0} onClose={closeClipDialog} size={520} title={<Text fw={620} size="md">{t('board:sampling.title')}</Text>} closeButtonProps={{ 'aria-label': t('common:close') }}>
      <Editor key={ids.join()} clips={chosen} />
    </Modal>
  );
}
