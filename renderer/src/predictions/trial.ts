import { create } from 'zustand';
import type { PredictionSource } from '../../../electron/ipc/contract';

interface Trial {
  readonly source: PredictionSource | null;
  /** Frames are picked from the project. */
  readonly picking: boolean;
}

/** What is looked at in Try it; it stays while the user is elsewhere. */
export const useTrial = create<Trial>(() => ({ source: null, picking: false }));

/** Looks at another picture. */
export function tryOut(source: PredictionSource): void {
  useTrial.setState({ source, picking: false });
}
