import { create } from 'zustand';

interface ChosenState {
  /** Clips of the Board that were chosen together, in the order of choosing. */
  readonly ids: readonly number[];
}

export const useChosen = create<ChosenState>(() => ({ ids: [] }));

/** Chooses a clip, or takes it back. */
export function toggleChosen(id: number): void {
  useChosen.setState(({ ids }) => ({ ids: ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id] }));
}

/** Chooses these clips together; takes them back where all of them were chosen. */
export function toggleAll(group: readonly number[]): void {
  useChosen.setState(({ ids }) => ({ ids: group.every((id) => ids.includes(id)) ? ids.filter((id) => !group.includes(id)) : [...new Set([...ids, ...group])] }));
}

/** No clip is chosen any more. */
export function forgetChosen(): void {
  useChosen.setState({ ids: [] });
}

interface ClipDialogState {
  readonly kind: 'crop' | 'sampling' | null;
  readonly ids: readonly number[];
}

/** The dialog that asks how clips should be changed; null: none is open. */
export const useClipDialog = create<ClipDialogState>(() => ({ kind: null, ids: [] }));

/** Opens the dialog that crops clips, or that takes other frames from them. */
export function openClipDialog(kind: 'crop' | 'sampling', ids: readonly number[]): void {
  useClipDialog.setState({ kind, ids });
}

/** Closes whichever dialog is open. */
export function closeClipDialog(): void {
  useClipDialog.setState({ kind: null });
}
