import { Button, Group, Text } from '@mantine/core';
import { IconFileText, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MigrationWish } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { attempt, tell } from '../ui/tell';
import { CheckResult } from './CheckResult';
import { GradeBadge } from './GradeBadge';
import { usePlan } from './PlanStep';
import { Step } from './Step';
import { useDraft, wishKey } from './wish';

/** Step 3: both models look at the user's own frames, before anything is kept. */
export function CheckStep({ wish }: { readonly wish: MigrationWish | null }) {
  const { t } = useTranslation();
  const { plan, pending } = usePlan(wish);
  const [busy, setBusy] = useState(false);
  const key = wishKey(wish);
  const stored = useDraft((draft) => draft.check);
  const check = stored?.key === key ? stored.result : null;
  const run = async () => {
    if (!wish) return;
    setBusy(true);
    const result = await attempt(call('migrations:check', wish));
    if (result) useDraft.setState({ check: { key, result } });
    setBusy(false);
  };
  const saveReport = async (about: MigrationWish) => {
    const file = await attempt(call('migrations:saveReport', about));
    if (file) tell(t('migrate:reportSaved', { file }));
  };
  return (
    <Step number={3} title={t('migrate:check')} done={check?.passed ?? false} waits={plan === null ? t('migrate:checkWaits') : null} testId="migrate-check-step" state={check && <GradeBadge grade={check.grade} />}>
      <Group gap="md">
        <Button variant={check ? 'default' : 'filled'} loading={busy} disabled={pending} leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => void run()} data-testid="migrate-check">
          {t(check ? 'migrate:checkAgain' : 'migrate:checkNow')}
        </Button>
        {check && wish && (
          <Button variant="default" leftSection={<IconFileText size={16} aria-hidden />} onClick={() => void saveReport(wish)} data-testid="migrate-report">
            {t('migrate:saveReport')}
          </Button>
        )}
        {!check && <Text c="dimmed">{t('migrate:checkHelp')}</Text>}
      </Group>
      {check && plan && <CheckResult check={check} plan={plan} />}
    </Step>
  );
}
