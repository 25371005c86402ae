import { Alert, Loader, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MigrationPlan } from '../../../electron/core/migrations';
import type { MigrationWish } from '../../../electron/ipc/contract';
import { useStudioWhen } from '../ui/queries';
import { sayError } from '../ui/sentences';
import { GradeBadge } from './GradeBadge';
import { PlanTable } from './PlanTable';
import { Step } from './Step';
import { wishKey } from './wish';

/** A wish that is never asked. */
export const nowhere: MigrationWish = { modelId: '-', input: null, width: 1, addClasses: [], removeClasses: [], route: 'exact' };

/** The plan of a wish, once the user has stopped typing. */
export function usePlan(wish: MigrationWish | null): { readonly plan: MigrationPlan | null; readonly error: unknown; readonly pending: boolean } {
  const [settled] = useDebouncedValue(wish, 250);
  const query = useStudioWhen({ enabled: settled !== null, quiet: true, keep: true }, 'migrations:plan', settled ?? nowhere);
  const fresh = wishKey(settled) === wishKey(wish);
  return { plan: wish && query.data && !query.isError ? query.data : null, error: wish ? query.error : null, pending: wish !== null && (!fresh || query.isFetching) };
}

/** Step 2: what happens to every weight, and how exact it is. */
export function PlanStep({ wish }: { readonly wish: MigrationWish | null }) {
  const { t } = useTranslation();
  const { plan, error, pending } = usePlan(wish);
  return (
    <Step number={2} title={t('migrate:plan')} done={plan !== null && !pending} waits={wish === null ? t('migrate:planWaits') : null} testId="migrate-plan" state={pending ? <Loader size="xs" /> : plan && <GradeBadge grade={plan.grade} />}>
      {error !== null && (
        <Alert color="resin" icon={<IconAlertTriangle size={18} aria-hidden />}>
          {sayError(t, error)}
        </Alert>
      )}
      {plan ? <PlanTable plan={plan} editing={{ pending }} /> : error === null && <Text c="dimmed">{t('migrate:planning')}</Text>}
    </Step>
  );
}
