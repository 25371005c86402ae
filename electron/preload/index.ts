import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Answer, CallName, EventName, StudioBridge, StudioCalls, StudioEvents } from '../ipc/contract';

const bridge = {
  call: <C extends CallName>(name: C, ...args: Parameters<StudioCalls[C]>) => ipcRenderer.invoke(name, ...args) as Promise<Answer<ReturnType<StudioCalls[C]>>>,
  on: <E extends EventName>(name: E, listener: (payload: StudioEvents[E]) => void) => {
    const receive = (_event: unknown, payload: StudioEvents[E]): void => listener(payload);
    ipcRenderer.on(name, receive);
    return () => {
      ipcRenderer.removeListener(name, receive);
    };
  },
  pathsOf: (files: readonly object[]) => files.map((file) => webUtils.getPathForFile(file as File)),
} satisfies StudioBridge;

contextBridge.exposeInMainWorld('studio', bridge);
