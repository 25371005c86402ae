import { deflateSync, gzipSync } from 'node:zlib';
import { ask, sendRaw, type HttpAnswer } from './http';
import type { Served } from './served';

/** What an attacker may have: the address, and (where it says so) a valid token. A request that gets an answer of 2xx got in. */
export interface Attack {
  readonly name: string;
  run(turn: number): Promise<HttpAnswer>;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}

/** A PNG of some hundred bytes that claims to be very large. */
export function pngBomb(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(1 << 20))), chunk('IEND', new Uint8Array(0))]);
}

/** A JPEG header of that size with nothing behind it; `scans`: so many scans of nothing. */
export function jpegBomb(side: number, scans = 0): Buffer {
  const frame = Buffer.from([0xff, 0xd8, 0xff, 0xc2, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
  frame.writeUInt16BE(side, 7);
  frame.writeUInt16BE(side, 9);
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0, 0]);
  return Buffer.concat([frame, ...Array.from({ length: scans }, () => scan), Buffer.alloc(64)]);
}

/** A WebP whose canvas is small and whose picture is 16,383 pixels wide and high. */
export function webpBomb(): Buffer {
  const canvas = Buffer.from([...Buffer.from('VP8X'), 10, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 9, 0, 0]);
  const picture = Buffer.alloc(8 + 32);
  picture.write('VP8L', 0, 'latin1');
  picture.writeUInt32LE(32, 4);
  picture[8] = 0x2f;
  picture.writeUInt32LE(((16383 - 1) | ((16383 - 1) << 14)) >>> 0, 9);
  const body = Buffer.concat([Buffer.from('WEBP'), canvas, picture]);
  const head = Buffer.alloc(8);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

async function* zeros(megabytes: number): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(1 << 20);
  for (let index = 0; index < megabytes; index += 1) yield block;
}

const paths = [
  '/../../../../etc/passwd', '/..%2f..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/project.db', '/assets/../../main/cli.js', '/assets/..%5c..%5cmain%5ccli.js', '//etc/passwd', '/assets/%00phone.js',
  '/manifest.json', '/index.html', '/phone.html', '/assets/', '/assets/index.js', '/%', '/%zz', '/v1', '/v1/', '/v1/predict/../../x', '/.env', '/project.db', '/v1/phone%2f..', `/${'a'.repeat(3000)}`,
];

/** Attacks of every kind; those that need a token have the right one. */
export function attacks({ address, token }: Served, picture: Uint8Array): readonly Attack[] {
  const { host } = new URL(address);
  const good = { authorization: `Bearer ${token}` };
  const post = (headers: Record<string, string>, body: Uint8Array | string | AsyncIterable<Uint8Array>, path = '/v1/predict'): Promise<HttpAnswer> => ask(address, path, { method: 'POST', headers, body });
  const jpeg = { 'content-type': 'image/jpeg' };
  const json = { 'content-type': 'application/json' };
  const form = (parts: readonly string[]): [Record<string, string>, string] => [{ ...good, 'content-type': 'multipart/form-data; boundary=XX' }, `${parts.map((part) => `--XX\r\n${part}\r\n`).join('')}--XX--\r\n`];
  const file = (name: string, text: string): string => `content-disposition: form-data; name="picture"; filename="${name}"\r\ncontent-type: image/jpeg\r\n\r\n${text}`;
  const smuggled = `POST /v1/predict HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/model HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
  const raws = ['\x00\x01\x02 garbage\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', `GET / HTTP/1.1\r\nhost: ${host}\r\nhost: evil.example\r\n\r\n`, 'GET / HTTP/1.1\r\n\r\n', smuggled,
    `GET /v1/model HTTP/1.1\r\nhost: ${host}\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, `POST /v1/predict HTTP/1.1\r\nhost: ${host}\r\ncontent-length: -5\r\n\r\n`, `TRACE /v1/model HTTP/1.1\r\nhost: ${host}\r\n\r\n`, `CONNECT evil.example:80 HTTP/1.1\r\nhost: ${host}\r\n\r\n`];
  return [
    { name: 'wrong token', run: (turn) => post({ ...jpeg, authorization: `Bearer ${turn % 2 ? token.slice(0, -1) : `${token}x`}` }, picture) },
    { name: 'no token', run: () => post(jpeg, picture) },
    { name: 'forged cookie', run: (turn) => ask(address, '/v1/phone', { headers: { cookie: `graft=${String(turn).repeat(43).slice(0, 43)}` } }) },
    { name: 'guessed pairing', run: (turn) => post(json, JSON.stringify({ token: `guess${turn}` }), '/v1/pair') },
    { name: 'foreign Host', run: (turn) => post({ ...jpeg, ...good, host: ['evil.example', `evil.example:${new URL(address).port}`, 'localhost', `${host}.evil.example`][turn % 4] as string }, picture) },
    { name: 'foreign Origin', run: (turn) => post({ ...jpeg, ...good, origin: ['http://evil.example', 'null', `https://${host}`][turn % 3] as string }, picture) },
    { name: 'huge body', run: () => post({ ...jpeg, ...good }, zeros(24)) },
    { name: 'huge body without a token', run: () => post(jpeg, zeros(24)) },
    { name: 'huge form', run: () => post({ ...good, 'content-type': 'multipart/form-data; boundary=XX' }, (async function* () { yield Buffer.from(`--XX\r\n${file('a.jpg', '')}`); yield* zeros(24); })()) },
    { name: 'gzip bomb', run: () => post({ ...jpeg, ...good, 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(20 << 20))) },
    { name: 'zip as a picture', run: () => post({ ...jpeg, ...good }, Buffer.concat([Buffer.from('PK\x03\x04'), gzipSync(Buffer.alloc(5 << 20))])) },
    { name: 'pixel bomb', run: (turn) => post({ 'content-type': 'application/octet-stream', ...good }, [pngBomb(60_000), jpegBomb(65_500), webpBomb(), pngBomb(0x7fffffff)][turn % 4] as Buffer) },
    { name: 'scan bomb', run: () => post({ ...jpeg, ...good }, jpegBomb(600, 5000)) },
    { name: 'PNG without its data', run: () => post({ 'content-type': 'image/png', ...good }, pngBomb(7000)) },
    { name: 'damaged picture', run: (turn) => post({ ...jpeg, ...good }, turn % 2 ? picture.subarray(0, 700) : jpegBomb(300)) },
    { name: 'no picture', run: (turn) => post({ ...jpeg, ...good }, ['', 'GIF89a', '<svg xmlns="http://www.w3.org/2000/svg"/>', '#EXTM3U\nfile:///etc/passwd', 'ffconcat version 1.0\nfile /etc/passwd'][turn % 5] as string) },
    { name: 'path tricks', run: (turn) => ask(address, paths[turn % paths.length] as string, { headers: turn % 2 ? good : {} }) },
    { name: 'file name tricks', run: (turn) => post(...form([file(['../../evil.jpg', '/tmp/evil.jpg', 'C:\\evil.jpg', '\x00evil.jpg'][turn % 4] as string, 'no picture')])) },
    { name: 'form without end', run: (turn) => post(...form(Array.from({ length: turn % 2 ? 60 : 0 }, (_, index) => `content-disposition: form-data; name="f${index}"\r\n\r\n1`))) },
    { name: 'bad JSON', run: (turn) => post(json, ['{', '[]', '{"token":1}', '{"__proto__":{"a":1},"token":"a"}', `{"token":"${'a'.repeat(30_000)}"}`][turn % 5] as string, '/v1/pair') },
    { name: 'other methods', run: (turn) => ask(address, ['/v1/predict', '/v1/model', '/'][turn % 3] as string, { method: ['PUT', 'DELETE', 'PATCH'][turn % 3] as string, headers: { ...good, 'x-http-method-override': 'GET' } }) },
    { name: 'broken HTTP', run: (turn) => sendRaw(address, [raws[turn % raws.length] as string], 0, 12_000) },
  ];
}

/** Senders who take their time: headers that never end, and bodies that come byte by byte, or not at all. */
export function slowSenders({ address, token }: Served): readonly Attack[] {
  const { host } = new URL(address);
  const head = `POST /v1/predict HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\ncontent-type: image/jpeg\r\ncontent-length: 100000\r\n`;
  return [
    { name: 'slow headers', run: () => sendRaw(address, [`GET / HTTP/1.1\r\nhost: ${host}\r\n`, ...Array.from({ length: 200 }, (_, index) => `x-${index}: y\r\n`)], 500) },
    { name: 'silent body', run: () => sendRaw(address, [`${head}\r\nabc`]) },
    { name: 'slow body', run: () => sendRaw(address, [`${head}\r\n`, ...Array.from({ length: 400 }, () => 'a')], 250) },
  ];
}
