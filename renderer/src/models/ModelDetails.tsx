import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { IconArrowsExchange, IconFileText, IconLadder, IconPhotoScan, IconRepeat } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelView } from '../../../electron/ipc/contract';
import { ExportCard } from '../exports/ExportCard';
import { CheckResult } from '../migration/CheckResult';
import { GradeBadge } from '../migration/GradeBadge';
import { PlanTable } from '../migration/PlanTable';
import { CompareCard } from '../results/CompareCard';
import { RoundResults } from '../rounds/RoundResults';
import { call } from '../studio';
import { Card } from '../ui/Card';
import { Facts } from '../ui/Facts';
import { useFormat } from '../ui/format';
import { go } from '../ui/place';
import { forgetTouched, useStudio, useStudioWhen } from '../ui/queries';
import { attempt, tell } from '../ui/tell';
import { SummaryTable } from './SummaryTable';

function Buttons({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      <Button leftSection={<IconPhotoScan size={16} aria-hidden />} onClick={() => go('try', { model: model.id })} data-testid="model-try">
        {t('family:try')}
      </Button>
      <Button variant="default" leftSection={<IconArrowsExchange size={16} aria-hidden />} onClick={() => go('migrate', { model: model.id })} data-testid="model-migrate">
        {t('family:migrate')}
      </Button>
      <Button variant="default" leftSection={<IconLadder size={16} aria-hidden />} onClick={() => go('rounds', { show: 'next', from: model.id })} data-testid="model-next">
        {t('family:startNext')}
      </Button>
    </Group>
  );
}

/** What can be done with the record of a migration: saved as a report, carried out once more. */
function RecordButtons({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    const file = await attempt(call('migrations:saveReportOf', model.id));
    if (file) tell(t('migrate:reportSaved', { file }));
  };
  const repeat = async () => {
    setBusy(true);
    const made = await attempt(call('migrations:repeat', model.id));
    if (made) {
      forgetTouched('models');
      go('models', { model: made.id });
    }
    setBusy(false);
  };
  return (
    <Group gap="xs">
      <Button size="compact-sm" variant="default" leftSection={<IconFileText size={15} aria-hidden />} onClick={() => void save()} data-testid="record-save">
        {t('migrate:saveReport')}
      </Button>
      <Button size="compact-sm" variant="default" loading={busy} leftSection={<IconRepeat size={15} aria-hidden />} onClick={() => void repeat()} data-testid="record-repeat">
        {t('family:repeatMigration')}
      </Button>
    </Group>
  );
}

function Migration({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const migration = useStudioWhen({ enabled: model.origin === 'migrated' }, 'migrations:of', model.id).data;
  if (!migration) return null;
  const { weights } = migration.check;
  return (
    <>
      <Card title={t('family:migrationCheck')} aside={<GradeBadge grade={migration.check.grade} />} data-testid="model-migration">
        <Stack gap="md">
          <RecordButtons model={model} />
          <CheckResult check={migration.check} plan={migration.plan} />
          {weights && (
            <Text size="xs" c="dimmed" data-testid="model-weights">
              {t('family:weightsHashes', { source: weights.source.slice(0, 12), target: weights.target.slice(0, 12) })}
            </Text>
          )}
        </Stack>
      </Card>
      <Card title={t('family:migrationPlan')}>
        <PlanTable plan={migration.plan} />
      </Card>
    </>
  );
}

/** One model: its numbers, its layers, where it comes from, and what can be done with it. */
export function ModelDetails({ model, models }: { readonly model: ModelView; readonly models: readonly ModelView[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const summary = useStudio('models:summary', model.id).data;
  const parent = models.find(({ id }) => id === model.parentId);
  return (
    <>
      <Card title={model.name} aside={<Text c="dimmed">{t(`family:origin.${model.origin}`)}</Text>} data-testid="model-details">
        <Stack gap="md">
          <Facts
            rows={[
              [t('common:accuracy'), format.percent(model.accuracy)],
              [t('family:input'), format.input(model.input)],
              [t('family:parameters'), format.number(model.parameters)],
              [t('ladder:fact.classes'), format.list(model.classNames)],
              parent ? [t('family:parent'), parent.name] : null,
              model.round !== null ? [t('family:round'), t('common:round', { number: model.round })] : null,
              [t('family:date'), format.date(model.createdAt)],
            ]}
          />
          <Buttons model={model} />
        </Stack>
      </Card>
      <Migration model={model} />
      <Card title={t('family:summary')}>{summary ? <SummaryTable summary={summary} /> : <Loader size="sm" />}</Card>
      <ExportCard model={model} />
      <CompareCard model={model} models={models} />
      <RoundResults modelId={model.id} round={null} />
    </>
  );
}
