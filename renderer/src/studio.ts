import { deserializeError } from '../../electron/core/errors';
import type { CallName, EventName, StudioBridge, StudioCalls, StudioEvents } from '../../electron/ipc/contract';

declare global {
  interface Window {
    readonly studio: StudioBridge;
  }
}

/** Asks the main process; throws the error of the other side with its class. */
export async function call<C extends CallName>(name: C, ...args: Parameters<StudioCalls[C]>): Promise<ReturnType<StudioCalls[C]>> {
  const answer = await window.studio.call(name, ...args);
  if (answer.ok) return answer.value;
  throw deserializeError(answer.error);
}

/** Listens to the main process; gives the function that ends it. */
export function on<E extends EventName>(name: E, listener: (payload: StudioEvents[E]) => void): () => void {
  return window.studio.on(name, listener);
}

/** Paths of files dropped on the window; files without one are left out. */
export function pathsOf(files: readonly File[]): readonly string[] {
  return window.studio.pathsOf(files).filter((path) => path !== '');
}

// Frames of two projects have the same numbers: without it the pictures of one could be shown for those of the other.
let pictureKey = '';

/** Says which project pictures are asked of from now on. */
export function setPictureKey(folder: string | undefined): void {
  pictureKey = folder === undefined ? '' : `?of=${encodeURIComponent(folder)}`;
}

/** Address of the picture of a frame. */
export function frameAddress(frameId: number): string {
  return `studio://project/frame/${frameId}${pictureKey}`;
}

/** Address of a small picture of a frame (160 x 120, cut to it); the large one as long as there is none. */
export function thumbAddress(frameId: number): string {
  return `studio://project/thumb/${frameId}${pictureKey}`;
}
