import { Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { TFunction } from 'i18next';
import type { ImportReport } from '../../../electron/core/clips';
import { say } from '../ui/sentences';

/** What an import came to, in one sentence and with the reason of every clip that is not whole. */
export function importSummary(t: TFunction, reports: readonly ImportReport[]): { readonly sentence: string; readonly reasons: readonly string[] } {
  const kept = reports.filter(({ status }) => status === 'complete' || status === 'partial' || status === 'damaged');
  const frames = kept.reduce((sum, { framesStored }) => sum + framesStored, 0);
  return {
    sentence: kept.length === 0 ? t('board:importedNone') : t('board:imported', { count: kept.length, frames: t('common:frames', { count: frames }) }),
    reasons: reports.flatMap(({ reason }) => (reason ? [say(t, reason)] : [])),
  };
}

/** Tells it. */
export function tellImported(t: TFunction, reports: readonly ImportReport[]): void {
  if (reports.length === 0) return;
  const { sentence, reasons } = importSummary(t, reports);
  notifications.show({
    color: reasons.length > 0 ? 'resin' : undefined,
    title: sentence,
    autoClose: reasons.length > 0 ? 20_000 : 6000,
    closeButtonProps: { 'aria-label': t('common:close') },
    message:
      reasons.length > 0 ? (
        <Stack gap={4} data-testid="import-reasons">
          {reasons.slice(0, 5).map((reason) => (
            <Text key={reason} size="xs">
              {reason}
            </Text>
          ))}
          {reasons.length > 5 && <Text size="xs">{t('board:moreReasons', { count: reasons.length - 5 })}</Text>}
        </Stack>
      ) : null,
  });
}
