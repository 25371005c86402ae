import i18next from 'i18next';
import { create } from 'zustand';
import type { ImportReport } from '../../../electron/core/clips';
import type { ClipProposal, ClipWish } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { forgetTouched } from '../ui/queries';
import { attempt } from '../ui/tell';
import { tellImported } from './tellImported';

interface DropState {
  /** Files hang over the window. */
  readonly dragging: boolean;
  /** What was dropped and waits for the user's word; null: no dialog. */
  readonly proposals: readonly ClipProposal[] | null;
}

export const useDrop = create<DropState>(() => ({ dragging: false, proposals: null }));

/** True for a drag that brings files (and not a header of the board). */
export function carriesFiles(event: { readonly dataTransfer: DataTransfer | null }): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** Asks where files would land and opens the dialog that shows it. */
export async function proposeImport(paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const proposals = await attempt(call('clips:propose', paths));
  if (proposals && proposals.length > 0) useDrop.setState({ proposals });
}

/** Imports clips with their class and background, and says how it went. */
export async function importClips(wishes: readonly ClipWish[]): Promise<readonly ImportReport[]> {
  const reports = (await attempt(call('clips:import', wishes))) ?? [];
  forgetTouched('clips');
  tellImported(i18next.t, reports);
  return reports;
}

/** Another picture stream of a film that is in the project, as a clip of its own. */
export async function importStream(clipId: number, stream: number): Promise<void> {
  const report = await attempt(call('clips:importStream', clipId, stream));
  if (!report) return;
  forgetTouched('clips');
  tellImported(i18next.t, [report]);
}

/** Dropped on a cell: every clip of the files gets its class and background. */
export async function importInto(paths: readonly string[], cell: { readonly class: string | null; readonly background: string | null }): Promise<void> {
  if (paths.length === 0) return;
  const found = await attempt(call('clips:propose', paths));
  if (!found || found.length === 0) return;
  await importClips(found.map(({ path, class: named, background }) => ({ path, class: cell.class ?? named, background: cell.background ?? background })));
}

/** Asks for films with the dialog of the system. */
export async function chooseFilms(): Promise<void> {
  await proposeImport((await attempt(call('clips:chooseFilms'))) ?? []);
}

/** Asks for a folder of films or pictures. */
export async function chooseFolder(): Promise<void> {
  await proposeImport((await attempt(call('clips:chooseFolder'))) ?? []);
}

/** Films chosen for one cell of the board. */
export async function chooseFilmsFor(cell: { readonly class: string | null; readonly background: string | null }): Promise<void> {
  await importInto((await attempt(call('clips:chooseFilms'))) ?? [], cell);
}
