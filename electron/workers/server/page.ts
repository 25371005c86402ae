import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { UserError } from '../../core/errors';
import { contentTypes } from '../../core/contentTypes';

/** A file of the phone page, held in memory: no address from outside ever becomes a path. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

interface ManifestEntry {
  readonly file: string;
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
  readonly imports?: readonly string[];
}

/** Everything that the phone page consists of, by its address. `folder`: the built window. Errors: `serving:pageMissing`. */
export function readPage(folder: string): ReadonlyMap<string, PageFile> {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Readonly<Record<string, ManifestEntry>>;
    const names = new Set<string>(['phone.html']);
    const add = (key: string): void => {
      const entry = manifest[key];
      if (!entry || names.has(entry.file)) return;
      for (const name of [entry.file, ...(entry.css ?? []), ...(entry.assets ?? [])]) names.add(name);
      for (const other of entry.imports ?? []) add(other);
    };
    add('phone.html');
    const html = readFileSync(join(folder, 'phone.html'), 'utf8');
    for (const [, name = ''] of html.matchAll(/(?:href|src)="\.\/(assets\/[\w.-]+)"/g)) names.add(name);
    const files = new Map<string, PageFile>();
    for (const name of names) files.set(name === 'phone.html' ? '/' : `/${name}`, { type: contentTypes[extname(name)] ?? 'application/octet-stream', body: readFileSync(join(folder, name)) });
    return files;
  } catch (error) {
    throw new UserError('serving:pageMissing', {}, { cause: error });
  }
}
