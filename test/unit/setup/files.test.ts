import { createServer, type Server } from 'node:http';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download, problemOf } from '../../../electron/setup/download.mjs';
import { hashOfTree, stampMatches, writeStamp } from '../../../electron/setup/stamps.mjs';
import { safeJoin, unzip } from '../../../electron/setup/unzip.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');

describe('checksums', () => {
  it('says what differs, or null', async () => {
    const file = join(folder, 'a');
    writeFileSync(file, 'abc');
    const right = { size: 3, sha256: sha256(Buffer.from('abc')) };
    expect(await problemOf(file, right)).toBeNull();
    expect(await problemOf(file, { size: 4 })).toBe('expected 4 bytes, received 3');
    expect(await problemOf(file, { ...right, sha256: '0'.repeat(64) })).toContain('expected sha256 000');
    expect(await problemOf(file, { size: null, sha256: null })).toBeNull();
  });
});

describe('download', () => {
  const content = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index % 251));
  let server: Server;
  let url: string;
  let ranges: (string | undefined)[];

  beforeEach(async () => {
    ranges = [];
    server = createServer((request, response) => {
      ranges.push(request.headers.range);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(from ? 206 : 200, { 'content-length': content.length - from });
      response.end(content.subarray(from));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/engine.zip`;
  });
  afterEach(() => server.close());

  it('continues a part and takes a finished file as it is', async () => {
    const file = join(folder, 'engine.zip');
    writeFileSync(`${file}.part`, content.subarray(0, 20_000));
    const source = { url, size: content.length, sha256: sha256(content) };
    await download(source, file, 'engine');
    await download(source, file, 'engine');
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(ranges).toEqual(['bytes=20000-']);
  });

  it('refuses a file that is not the pinned one, and leaves nothing of it', async () => {
    const file = join(folder, 'engine.zip');
    await expect(download({ url, sha256: '0'.repeat(64) }, file, 'engine')).rejects.toThrow(/not the pinned file/);
    expect(() => readFileSync(`${file}.part`)).toThrow();
  });
});

describe('unzip', () => {
  it('unpacks what is asked for and nothing outside the folder', async () => {
    const zip = join(folder, 'a.zip');
    writeFileSync(zip, zipSync({ 'x/stored.txt': [Buffer.from('one'), { level: 0 }], 'x/packed.txt': Buffer.from('two'.repeat(1000)), 'x/no.txt': Buffer.from('no'), empty: Buffer.alloc(0) }));
    const count = await unzip(zip, join(folder, 'out'), (name) => (name.endsWith('no.txt') ? null : name));
    expect(count).toBe(3);
    expect(readFileSync(join(folder, 'out/x/stored.txt'), 'utf8')).toBe('one');
    expect(readFileSync(join(folder, 'out/x/packed.txt'), 'utf8')).toHaveLength(3000);
    expect(() => readFileSync(join(folder, 'out/x/no.txt'))).toThrow();
    expect(() => safeJoin(folder, '../escape')).toThrow(/outside/);
  });
});

describe('stamps', () => {
  it('match only their own key', () => {
    const file = join(folder, 'deep', 'stamp');
    expect(stampMatches(file, 'a')).toBe(false);
    writeStamp(file, 'a');
    expect(stampMatches(file, 'a')).toBe(true);
    expect(stampMatches(file, 'b')).toBe(false);
  });

  it('of a tree change with a file, not with what is left out', () => {
    mkdirSync(join(folder, 'src/skip'), { recursive: true });
    writeFileSync(join(folder, 'src/a.ts'), '1');
    const hash = () => hashOfTree(folder, ['src', 'missing'], (path) => path === 'src/skip');
    const before = hash();
    writeFileSync(join(folder, 'src/skip/b.ts'), '2');
    expect(hash()).toBe(before);
    writeFileSync(join(folder, 'src/a.ts'), '1 and more');
    expect(hash()).not.toBe(before);
  });
});
