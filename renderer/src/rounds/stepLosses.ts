import { useMemo } from 'react';
import { create } from 'zustand';
import { noLosses, withLoss, withLosses, type StepLosses } from '../../../electron/core/stepLosses';
import { on } from '../studio';
import { useStudioWhen } from '../ui/queries';

const useLive = create<Readonly<Record<string, StepLosses>>>(() => ({}));

/** Keeps the losses of running trainings as they come. */
export function followLosses(): void {
  on('rounds:loss', ({ runId, at, loss }) => useLive.setState((all) => ({ [runId]: withLoss(all[runId] ?? noLosses, at, loss) })));
}

/** Losses inside the epochs of a run: those that were saved with it, and those that have come since. */
export function useStepLosses(runId: string | null): StepLosses {
  const saved = useStudioWhen({ enabled: runId !== null }, 'rounds:losses', runId ?? '').data ?? noLosses;
  const live = useLive((all) => all[runId ?? ''] ?? noLosses);
  return useMemo(() => withLosses(saved, live), [saved, live]);
}
