import { app, shell, type Session } from 'electron';
import { studioOrigin } from './scheme';

const allowedOutside = ['https://github.com/'];

/** Denies what the window has no use for: permissions, other pages, new windows, embedded pages. */
export function lockDown(session: Session): void {
  // The camera (never the microphone), for our own page: Try it.
  session.setPermissionRequestHandler((_contents, permission, decide, details) => {
    const { mediaTypes } = details as { readonly mediaTypes?: readonly string[] };
    decide(permission === 'media' && mediaTypes?.length === 1 && mediaTypes[0] === 'video' && details.requestingUrl.startsWith(`${studioOrigin}/`));
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) => permission === 'media' && details.mediaType === 'video' && `${origin.replace(/\/$/, '')}/` === `${studioOrigin}/`);
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
