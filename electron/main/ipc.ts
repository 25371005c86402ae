import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import { CancelledError, serializeError, UserError } from '../core/errors';
import type { Answer, CallName, EventName, StudioCalls, StudioEvents } from '../ipc/contract';
import { callSchemas } from '../ipc/schemas';
import { studioOrigin } from './scheme';

type Handlers = { readonly [C in CallName]?: (...args: Parameters<StudioCalls[C]>) => ReturnType<StudioCalls[C]> | Promise<ReturnType<StudioCalls[C]>> };
/** The part of the contract that one file serves. */
export type HandlersFor<C extends CallName> = Required<Pick<Handlers, C>>;

const registered = new Set<string>();

function trusted(event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && frame.url.startsWith(`${studioOrigin}/`);
}

/**
 * Serves calls of the window. Each sender is checked and each argument parsed before a handler runs; errors cross with
 * their key. `onBug` hears of errors that are ours.
 */
export function serveCalls(handlers: Handlers, onBug: (name: string, error: unknown) => void): void {
  for (const [name, handler] of Object.entries(handlers) as [CallName, (...args: unknown[]) => unknown][]) {
    if (registered.has(name)) throw new Error(`the call ${name} is served twice`);
    registered.add(name);
    ipcMain.handle(name, async (event, ...args: unknown[]): Promise<Answer<unknown>> => {
      try {
        if (!trusted(event)) throw new Error(`a message from a foreign page: ${event.senderFrame?.url ?? 'gone'}`);
        const parsed = callSchemas[name].safeParse(args);
        if (!parsed.success) throw new Error(`wrong arguments for ${name}: ${parsed.error.message.slice(0, 500)}`);
        return { ok: true, value: await handler(...(parsed.data as unknown[])) };
      } catch (error) {
        if (!(error instanceof UserError) && !(error instanceof CancelledError)) onBug(name, error);
        return { ok: false, error: serializeError(error) };
      }
    });
  }
}

/** Names of calls of the contract that nobody serves. */
export function unservedCalls(): readonly string[] {
  return Object.keys(callSchemas).filter((name) => !registered.has(name));
}

/** Tells the window something. */
export function sendEvent<E extends EventName>(window: BrowserWindow | null, name: E, payload: StudioEvents[E]): void {
  if (window && !window.isDestroyed() && !window.webContents.isCrashed()) window.webContents.send(name, payload);
}
