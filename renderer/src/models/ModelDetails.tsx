import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { IconArrowsExchange, IconLadder, IconPhotoScan } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ModelView } from '../../../electron/ipc/contract';
import { ExportCard } from '../exports/ExportCard';
import { CheckResult } from '../migration/CheckResult';
import { GradeBadge } from '../migration/GradeBadge';
import { PlanTable } from '../migration/PlanTable';
import { CompareCard } from '../results/CompareCard';
import { RoundResults } from '../rounds/RoundResults';
import { Card } from '../ui/Card';
import { Facts } from '../ui/Facts';
import { useFormat } from '../ui/format';
import { go } from '../ui/place';
import { useStudio, useStudioWhen } from '../ui/queries';
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

function Migration({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const migration = useStudioWhen({ enabled: model.origin === 'migrated' }, 'migrations:of', model.id).data;
  if (!migration) return null;
  return (
    <>
      <Card title={t('family:migrationCheck')} aside={<GradeBadge grade={migration.check.grade} />}>
        <CheckResult check={migration.check} plan={migration.plan} />
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
