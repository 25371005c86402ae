import { protocol, type Session } from 'electron';
import { createReadStream, realpathSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { contentTypes } from '../core/contentTypes';

/** Everything that the window loads comes from here: its own files and the pictures of the open project. */
export const studioOrigin = 'studio://project';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  // Mantine and the virtualised grid set styles on elements.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'studio', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }]);
}

/** Where the scheme finds things: all by id, never by a path from the window. */
export interface SchemeSources {
  /** Folder of the built window. */
  readonly windowFolder: string;
  frame(id: number): string | null;
  /** A small JPEG of a frame; null while there is none: then the frame itself is shown. */
  thumb(id: number): Buffer | null;
  /** A picture that the user chose in this session. */
  picture(key: string): string | null;
}

function answer(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain' } });
}

/** The part of a file that a range header asks for; null when it cannot be given. */
export function parseRange(header: string, size: number): { readonly start: number; readonly end: number } | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
  return start <= end && start < size ? { start, end } : null;
}

function fileResponse(file: string, request: Request, headers: Record<string, string>): Response {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) return answer(404, 'not found');
  const all = { 'content-type': contentTypes[extname(file).toLowerCase()] ?? 'application/octet-stream', 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff', ...headers };
  const wanted = request.headers.get('range');
  const range = wanted ? parseRange(wanted, stat.size) : { start: 0, end: stat.size - 1 };
  if (!range) return new Response(null, { status: 416, headers: { 'content-range': `bytes */${stat.size}` } });
  const length = Math.max(0, range.end - range.start + 1);
  const full = { ...all, 'content-length': String(length), ...(wanted ? { 'content-range': `bytes ${range.start}-${range.end}/${stat.size}` } : {}) };
  if (request.method === 'HEAD' || length === 0) return new Response(null, { status: wanted ? 206 : 200, headers: full });
  const stream = createReadStream(file, range);
  request.signal.addEventListener('abort', () => stream.destroy());
  return new Response(Readable.toWeb(stream) as unknown as BodyInit, { status: wanted ? 206 : 200, headers: full });
}

function windowFile(folder: string, path: string): string | null {
  try {
    const file = realpathSync(join(folder, path === '/' ? 'index.html' : decodeURIComponent(path)));
    return file.startsWith(realpathSync(folder) + sep) ? file : null;
  } catch {
    return null;
  }
}

/** Answers `studio://project/...`: `frame/<id>`, `thumb/<id>`, `picture/<key>`, else a file of the built window. */
export function serveScheme(session: Session, sources: SchemeSources): void {
  session.protocol.handle('studio', (request) => {
    const url = new URL(request.url);
    if (url.host !== 'project') return answer(404, 'not found');
    const frame = /^\/(?:frame|thumb)\/(\d{1,15})$/.exec(url.pathname);
    const small = frame && url.pathname.startsWith('/thumb/') ? sources.thumb(Number(frame[1])) : null;
    if (small) return new Response(small as unknown as BodyInit, { headers: { 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff', 'cache-control': 'private, max-age=3600' } });
    const picture = /^\/picture\/([a-f0-9-]{36})$/.exec(url.pathname);
    if (frame || picture) {
      const file = frame ? sources.frame(Number(frame[1])) : sources.picture((picture as RegExpExecArray)[1] as string);
      // The large picture in place of a small one is not kept: soon there is a small one.
      const keep = url.pathname.startsWith('/thumb/') ? 'no-store' : 'private, max-age=3600';
      return file ? fileResponse(file, request, { 'cache-control': keep }) : answer(404, 'not found');
    }
    const file = windowFile(sources.windowFolder, url.pathname);
    return file ? fileResponse(file, request, { 'content-security-policy': policy, 'cache-control': 'no-cache' }) : answer(404, 'not found');
  });
}
