import { app, shell, type Session } from 'electron';
import { studioOrigin } from './scheme';

const allowedOutside = ['https://github.com/'];

/** Denies what the window has no use for: permissions, other pages, new windows, embedded pages. */
export function lockDown(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { preventDefault(): void; url?: string }, url?: string): void => {
      if (!(url ?? event.url ?? '').startsWith(`${studioOrigin}/`)) event.preventDefault();
    };
    contents.on('will-navigate', (event, url) => stay(event, url));
    contents.on('will-redirect', (event, url) => stay(event, url));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (allowedOutside.some((prefix) => url.startsWith(prefix))) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}
