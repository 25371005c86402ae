import { useState } from 'react';
import type { Architecture } from '../../../electron/core/architecture';

const mostSteps = 200;

export interface Editor {
  readonly architecture: Architecture;
  readonly change: (architecture: Architecture) => void;
  readonly undo: () => void;
  readonly canUndo: boolean;
}

/** An architecture that is being changed, with the way back. */
export function useEditor(first: () => Architecture): Editor {
  const [states, setStates] = useState<readonly Architecture[]>(() => [first()]);
  return {
    architecture: states.at(-1) as Architecture,
    change: (architecture) => setStates((all) => (architecture === all.at(-1) ? all : [...all, architecture].slice(-mostSteps))),
    undo: () => setStates((all) => (all.length > 1 ? all.slice(0, -1) : all)),
    canUndo: states.length > 1,
  };
}
