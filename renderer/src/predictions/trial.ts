import { create } from 'zustand';
import type { PredictionSource } from '../../../electron/ipc/contract';

interface Trial {
  readonly source: PredictionSource | null;
  /** Frames are picked from the project. */
  readonly picking: boolean;
  /** The webcam runs: what it shows is looked at, again and again. */
  readonly webcam: boolean;
  /** The panel for phones is open. */
  readonly phones: boolean;
  /** Where the pictures are taken, asked once; undefined: not asked yet, null: left open. */
  readonly background: string | null | undefined;
  /** The picture was kept as this class; null: not yet. */
  readonly kept: string | null;
}

/** What is looked at in Try it; it stays while the user is elsewhere. */
export const useTrial = create<Trial>(() => ({ source: null, picking: false, webcam: false, phones: false, background: undefined, kept: null }));

/** Looks at another picture. */
export function tryOut(source: PredictionSource): void {
  useTrial.setState({ source, picking: false, webcam: false, kept: null });
}
