import { Button, Kbd, Slider, Text } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FrameColumns } from '../../../electron/ipc/contract';
import { useKeyName } from '../keys/useKeys';
import { call } from '../studio';
import { useFormat } from '../ui/format';
import { useStudio } from '../ui/queries';
import { tellChange } from '../ui/tell';
import classes from './Results.module.css';

/** Gives frames the labels that a model suggested for them. */
export function acceptSuggestions(modelId: string, ids: readonly number[]): void {
  if (ids.length > 0) void tellChange(call('labels:accept', modelId, ids));
}

/** Labels that a model suggests: the chosen ones are accepted, or all of which it is sure enough. Never silently. */
export function SuggestionBar({ modelId, columns, rows, chosen }: { readonly modelId: string; readonly columns: FrameColumns; readonly rows: readonly number[]; readonly chosen: readonly number[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const key = useKeyName()('frames.accept');
  const [sure, setSure] = useState(95);
  const model = useStudio('models:list').data?.find(({ id }) => id === modelId);
  const enough = rows.filter((row) => (columns.answers?.[row]?.score ?? 0) >= sure / 100).map((row) => columns.ids[row] as number);
  return (
    <div className={classes.suggestions} role="toolbar" aria-label={t('results:suggestions', { model: model?.name ?? '' })} data-testid="suggestions">
      <Text fw={600} size="sm">
        {t('results:suggestions', { model: model?.name ?? '' })}
      </Text>
      <Button size="compact-md" variant="default" disabled={chosen.length === 0} onClick={() => acceptSuggestions(modelId, chosen)} rightSection={key === '' ? undefined : <Kbd size="xs">{key}</Kbd>} data-testid="accept-chosen">
        {t('results:acceptChosen', { count: chosen.length })}
      </Button>
      <Slider w={150} min={0} max={100} value={sure} onChange={setSure} label={null} thumbLabel={t('results:sureFrom')} data-testid="accept-sure" />
      <Text size="sm" className="numbers" miw={70}>
        {t('results:from', { score: format.percent(sure / 100, 0) })}
      </Text>
      <Button size="compact-md" leftSection={<IconChecks size={16} aria-hidden />} disabled={enough.length === 0} onClick={() => acceptSuggestions(modelId, enough)} data-testid="accept-sure-all">
        {t('results:acceptSure', { count: enough.length })}
      </Button>
    </div>
  );
}
