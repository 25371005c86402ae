import { Button, Group, Loader, Select, Stack, Text } from '@mantine/core';
import { IconGitCompare } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelComparison } from '../../../electron/core/comparison';
import type { ModelView } from '../../../electron/ipc/contract';
import { SummaryTable } from '../models/SummaryTable';
import { Card } from '../ui/Card';
import { useFormat } from '../ui/format';
import { go } from '../ui/place';
import { useStudio, useStudioWhen } from '../ui/queries';
import classes from './Results.module.css';

function Square({ first, second, comparison }: { readonly first: string; readonly second: string; readonly comparison: ModelComparison }) {
  const { t } = useTranslation();
  const format = useFormat();
  const cell = (count: number, what: string) => (
    <div>
      <strong>{format.number(count)}</strong>
      <Text size="xs" c="dimmed">
        {what}
      </Text>
    </div>
  );
  return (
    <div className={classes.square} data-testid="comparison">
      <div />
      <Text size="xs">{t('results:isRight', { model: second })}</Text>
      <Text size="xs">{t('results:isWrong', { model: second })}</Text>
      <Text size="xs">{t('results:isRight', { model: first })}</Text>
      {cell(comparison.bothRight, t('results:bothRight'))}
      {cell(comparison.onlyFirst, t('results:onlyOne', { model: first }))}
      <Text size="xs">{t('results:isWrong', { model: first })}</Text>
      {cell(comparison.onlySecond, t('results:onlyOne', { model: second }))}
      {cell(comparison.bothWrong, t('results:neither'))}
    </div>
  );
}

function Sides({ first, second }: { readonly first: ModelView; readonly second: ModelView }) {
  const one = useStudio('models:summary', first.id).data;
  const other = useStudio('models:summary', second.id).data;
  return (
    <div className={classes.sides}>
      {([[first, one], [second, other]] as const).map(([model, summary]) => (
        <div key={model.id} style={{ minWidth: 0 }}>
          <Text fw={620} mb={6}>
            {model.name}
          </Text>
          {summary && <SummaryTable summary={summary} />}
        </div>
      ))}
    </div>
  );
}

function Compared({ first, second }: { readonly first: ModelView; readonly second: ModelView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const comparison = useStudioWhen({ enabled: true }, 'models:compare', first.id, second.id).data;
  return (
    <Stack gap="lg">
      {!comparison ? (
        <Group gap="sm">
          <Loader size="sm" />
          <Text c="dimmed">{t('ladder:evaluating')}</Text>
        </Group>
      ) : (
        <Group align="flex-start" gap="xl">
          <Square first={first.name} second={second.name} comparison={comparison} />
          <Stack gap="xs" maw={340}>
            <Text className="numbers">{t('results:sameAnswer', { share: format.percent(comparison.frames > 0 ? comparison.sameAnswer / comparison.frames : null), frames: t('common:frames', { count: comparison.frames }) })}</Text>
            {comparison.chance !== null && <Text c="dimmed" size="sm">{t(comparison.chance < 0.05 ? 'results:hardlyChance' : 'results:mayBeChance', { chance: format.percent(comparison.chance) })}</Text>}
            <Button variant="default" disabled={comparison.sameAnswer === comparison.frames} onClick={() => go('frames', { ask: `disagree:${first.id}:${second.id}` })} data-testid="compare-frames">
              {t('results:showDifferent', { count: comparison.frames - comparison.sameAnswer })}
            </Button>
          </Stack>
        </Group>
      )}
      <Sides first={first} second={second} />
    </Stack>
  );
}

/** A model beside another one: structure, numbers, and the frames about which they say different things. */
export function CompareCard({ model, models }: { readonly model: ModelView; readonly models: readonly ModelView[] }) {
  const { t } = useTranslation();
  const [other, setOther] = useState<string | null>(null);
  const second = models.find(({ id }) => id === other);
  if (models.length < 2) return null;
  return (
    <Card
      title={t('results:compare')}
      aside={
        <Select
          size="xs"
          w={230}
          clearable
          leftSection={<IconGitCompare size={15} aria-hidden />}
          value={other}
          data={models.filter(({ id }) => id !== model.id).map(({ id, name }) => ({ value: id, label: name }))}
          placeholder={t('results:compareWith')}
          aria-label={t('results:compareWith')}
          onChange={setOther}
          data-testid="compare-with"
        />
      }
    >
      {second ? <Compared first={model} second={second} /> : <Text c="dimmed">{t('results:compareHelp')}</Text>}
    </Card>
  );
}
