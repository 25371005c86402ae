import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { observeFloor } from '../../../electron/core/observations';
import { usualPerturbation } from '../../../electron/core/recipe';
import type { EpochMetrics } from '../../../electron/core/training';
import type { RoundView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { forgetTouched, useStudio } from '../ui/queries';
import { say } from '../ui/sentences';
import { attempt } from '../ui/tell';

const lookAgain = 200;
const looks = 300;

/** Cancels the training and waits until it has ended; false where it goes on all the same. */
async function stopTraining(): Promise<boolean> {
  for (let look = 0; look < looks; look += 1) {
    const job = (await call('jobs:list')).find(({ kind, state }) => kind === 'train' && state === 'running');
    if (!job) return true;
    if (look === 0) await call('jobs:cancel', job.id);
    await new Promise((go) => setTimeout(go, lookAgain));
  }
  return false;
}

/** Says that a training from a migrated model is stuck, and begins it again from shrunk and perturbed weights; nothing where it is not. */
export function StuckRound({ round, epochs }: { readonly round: RoundView; readonly epochs: readonly EpochMetrics[] }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const otherRuns = useStudio('rounds:list').data?.some(({ id, runState }) => id !== round.id && runState === 'running') ?? false;
  const stuck = round.config.perturb ? null : observeFloor(epochs, round.floor);
  if (!stuck) return null;
  const restart = async (): Promise<void> => {
    setBusy(true);
    // No background is added: the same frames, the same start, the same numbers.
    const wish = { backgrounds: [], input: null, preset: null, from: round.startModelId, config: { ...round.config, perturb: usualPerturbation } };
    await attempt(stopTraining().then((stopped) => (stopped ? call('rounds:train', wish) : null)));
    forgetTouched('rounds');
    setBusy(false);
  };
  return (
    <Alert color="resin" icon={<IconAlertTriangle size={18} aria-hidden />} data-testid="round-stuck">
      <Stack gap="sm" align="flex-start">
        <Text role="status">{say(t, stuck)}</Text>
        <Button variant="default" loading={busy} disabled={otherRuns} leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => void restart()} data-testid="round-perturb">
          {t(round.runState === 'running' ? 'ladder:perturbInstead' : 'ladder:perturb')}
        </Button>
      </Stack>
    </Alert>
  );
}
