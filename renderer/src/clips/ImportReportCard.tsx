import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ClipView } from '../../../electron/ipc/contract';
import { Facts } from '../ui/Facts';
import { useFormat } from '../ui/format';
import { MiddleCut } from '../ui/MiddleCut';
import { useStudioWhen } from '../ui/queries';
import { say } from '../ui/sentences';
import { importStream } from './importing';

/** All that the import found out about a clip. */
export function ImportReportCard({ clip }: { readonly clip: ClipView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const streams = useStudioWhen({ enabled: clip.kind === 'film', quiet: true }, 'clips:streams', clip.id).data;
  const whole = clip.status === 'complete' || clip.status === 'alreadyThere';
  return (
    <Stack gap={10} data-testid="import-report">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={620} miw={0}>
          <MiddleCut text={clip.name} tail={10} />
        </Text>
        <Badge variant="light" color={whole ? 'moss' : 'resin'} tt="none" leftSection={whole ? <IconCheck size={12} aria-hidden /> : <IconAlertTriangle size={12} aria-hidden />} style={{ flex: 'none' }}>
          {t(`board:status.${clip.status}`)}
        </Badge>
      </Group>
      {clip.reason && <Text size="xs">{say(t, clip.reason)}</Text>}
      <Facts
        rows={[
          [t('board:facts.kind'), t(clip.kind === 'film' ? 'board:film' : 'board:pictures')],
          clip.container ? [t('board:facts.container'), clip.container] : null,
          clip.codec ? [t('board:facts.codec'), clip.codec] : null,
          clip.width && clip.height ? [t('board:facts.size'), `${clip.width} × ${clip.height}`] : null,
          clip.durationMs !== null ? [t('board:facts.duration'), format.duration(clip.durationMs / 1000)] : null,
          [t('board:facts.rotation'), clip.rotation === 0 ? t('board:facts.upright') : t('board:facts.turned', { degrees: clip.rotation })],
          [t('board:facts.hdr'), clip.hdr ? t('board:facts.toneMapped', { kind: clip.hdr }) : t('common:no')],
          [t('board:facts.vfr'), clip.variableFrameRate ? t('board:facts.vfrYes') : t('common:no')],
          [t('board:facts.frames'), t('board:facts.framesOf', { stored: format.number(clip.framesStored), decoded: format.number(clip.framesDecoded) })],
          streams && streams.count > 1 ? [t('board:facts.streams'), t('board:facts.streamOf', { used: streams.used + 1, count: streams.count })] : null,
          [t('board:facts.round'), clip.firstRound === null ? t('board:facts.waits') : t('common:round', { number: clip.firstRound })],
          [t('board:facts.imported'), format.date(clip.importedAt)],
        ]}
      />
      {streams && streams.count > 1 && (
        <Group gap={6}>
          {Array.from({ length: streams.count }, (_, stream) => stream)
            .filter((stream) => stream !== streams.used)
            .map((stream) => (
              <Button key={stream} size="compact-xs" variant="light" onClick={() => void importStream(clip.id, stream)} data-testid={`report-stream-${stream}`}>
                {t('board:importStream', { number: stream + 1 })}
              </Button>
            ))}
        </Group>
      )}
    </Stack>
  );
}
