import { create } from 'zustand';
import type { ProjectView } from '../../../electron/ipc/contract';
import { useHelp } from '../help/help';
import { setPreferences } from '../settings/preferences';
import { openSample } from '../start/projects';
import { go, type Place } from '../ui/place';
import { queries } from '../ui/queries';

/** The places in the order of the work; each step points at the one of the rail. */
export const tourSteps = ['board', 'frames', 'rounds', 'models', 'migrate', 'try'] as const satisfies readonly Place[];

/** Number of the step that is shown; null: no tour. */
export const useTour = create<{ readonly step: number | null }>(() => ({ step: null }));

/** Shows a step and its place; what lies outside of the steps ends the tour. */
export function showStep(step: number): void {
  const place = tourSteps[step];
  if (place === undefined) return endTour();
  go(place);
  useTour.setState({ step });
}

/** Begins in the project that is open. */
export function startTour(): void {
  useHelp.setState({ opened: false });
  showStep(0);
}

/** Ends it; it is not offered again by itself. */
export function endTour(): void {
  useTour.setState({ step: null });
  void setPreferences({ tourSeen: true });
}

/** Opens the sample project and begins there. */
export async function tourSample(): Promise<void> {
  useHelp.setState({ opened: false });
  if (await openSample()) startTour();
}

/** The tour, in the project that is open or else in the sample project. */
export function showAround(): void {
  if (queries.getQueryData<ProjectView | null>(['projects:current']) != null) startTour();
  else void tourSample();
}
