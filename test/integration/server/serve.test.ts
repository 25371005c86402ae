import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostViews } from '../../../electron/services/hosts';
import { runCli, startCli } from '../../helpers/cli';
import { attacks, slowSenders } from '../../helpers/hostile';
import { ask } from '../../helpers/http';
import { measureLoad } from '../../helpers/load';
import { temporaryFolder } from '../../helpers/projects';
import { framesOf, makeServedProject, startServe, type Served } from '../../helpers/served';

const holder = temporaryFolder();
const project = join(holder.folder, 'Served.graft');
let served: Served;
let picture: Buffer;

beforeAll(async () => {
  await makeServedProject(project);
  served = await startServe(project, '--host', '127.0.0.1');
  picture = readFileSync(framesOf(project)[0] ?? '');
}, 240_000);
afterAll(async () => {
  await served?.stop();
  holder.remove();
});

const bearer = (): Record<string, string> => ({ authorization: `Bearer ${served.token}` });
const predict = (body: Uint8Array, headers: Record<string, string> = {}) => ask(served.address, '/v1/predict', { method: 'POST', headers: { 'content-type': 'image/jpeg', ...bearer(), ...headers }, body });

describe('REST', () => {
  test('predicts as the command line does, as a body and as a form', async () => {
    const file = framesOf(project)[0] ?? '';
    const own = (await runCli('predict', project, file, '--json', '--quiet')).json.predictions[0] as { class: string; scores: Record<string, number> };
    const body = await predict(picture);
    expect(body.status).toBe(200);
    const said = JSON.parse(body.text) as { class: string; score: number; unknown: boolean; scores: { class: string; score: number }[]; model: string; milliseconds: number };
    expect(said).toEqual({ class: own.class, score: own.scores[own.class], unknown: false, scores: expect.any(Array), model: served.model, milliseconds: expect.any(Number) });
    expect(Object.fromEntries(said.scores.map(({ class: name, score }) => [name, score]))).toEqual(own.scores);
    expect(said.scores.map(({ score }) => score)).toEqual(said.scores.map(({ score }) => score).toSorted((a, b) => b - a));
    const form = new FormData();
    form.append('picture', new Blob([picture as unknown as ArrayBuffer], { type: 'image/jpeg' }), 'photo.jpg');
    const multipart = await fetch(`${served.address}/v1/predict`, { method: 'POST', headers: bearer(), body: form });
    expect(((await multipart.json()) as typeof said).scores).toEqual(said.scores);
  });

  test('says which model answers, and describes itself', async () => {
    const model = await ask(served.address, '/v1/model', { headers: bearer() });
    expect(JSON.parse(model.text)).toEqual({ id: served.model, name: 'round-1', classes: ['mug', 'duck', 'car'], input: { height: 48, width: 48, channels: 3 }, threshold: null });
    const description = JSON.parse((await ask(served.address, '/v1/openapi.json')).text) as { openapi: string; paths: Record<string, Record<string, unknown>> };
    expect(description.openapi).toBe('3.1.0');
    // Every address of the description is there: none answers "not found".
    for (const [path, methods] of Object.entries(description.paths)) for (const method of Object.keys(methods)) expect({ path, status: (await ask(served.address, path, { method: method.toUpperCase() })).status }).not.toMatchObject({ status: 404 });
  });

  test('refuses in words of the language that is asked for', async () => {
    const refused = await ask(served.address, '/v1/model', { headers: { 'accept-language': 'ru-RU,ru;q=0.9,en;q=0.5' } });
    expect({ status: refused.status, body: JSON.parse(refused.text) as unknown }).toEqual({ status: 401, body: { error: { code: 'unauthorized', message: expect.stringContaining('Токена нет') } } });
  });

  test('has the headers that keep a page to itself', async () => {
    const { headers, text } = await ask(served.address, '/');
    expect(text).toContain('<main id="page">');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });
});

describe('phones', () => {
  const json = { 'content-type': 'application/json' };
  const pairWith = (token: string) => ask(served.address, '/v1/pair', { method: 'POST', headers: { ...json, origin: served.address, 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1' }, body: JSON.stringify({ token }) });

  test('are paired once, send pictures, and what they say goes into the project and can be taken back', async () => {
    const token = served.pairingUrl.split('#k=')[1] ?? '';
    const paired = await pairWith(token);
    expect({ status: paired.status, body: JSON.parse(paired.text) as unknown }).toEqual({ status: 200, body: { name: 'iPhone, Safari' } });
    const cookie = paired.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/^graft=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect((await pairWith(token)).status).toBe(410);
    const phone = { cookie: cookie.split(';')[0] ?? '', origin: served.address };
    const known = JSON.parse((await ask(served.address, '/v1/phone', { headers: phone })).text) as { project: string; classes: { name: string }[]; backgrounds: string[] };
    expect({ project: known.project, classes: known.classes.map(({ name }) => name), backgrounds: known.backgrounds }).toEqual({ project: 'Served', classes: ['mug', 'duck', 'car'], backgrounds: ['paper'] });
    const before = (await runCli('status', project, '--json')).json;
    const shots = framesOf(project).slice(0, 2).map((file) => readFileSync(file));
    for (const shot of shots) {
      const answer = JSON.parse((await ask(served.address, '/v1/predict', { method: 'POST', headers: { ...phone, 'content-type': 'image/jpeg' }, body: shot })).text) as { picture: string };
      const feedback = (wish: object) => ask(served.address, '/v1/feedback', { method: 'POST', headers: { ...phone, ...json }, body: JSON.stringify({ picture: answer.picture, ...wish }) });
      expect((await feedback({ class: 'nobody' })).status).toBe(409);
      expect(await feedback({ class: 'duck', background: 'kitchen' })).toMatchObject({ status: 200, text: '{"kept":true}' });
      expect((await feedback({ class: 'duck', background: 'kitchen' })).status).toBe(410);
    }
    const after = (await runCli('status', project, '--json')).json;
    expect({ clips: after.clips - before.clips, frames: after.frames - before.frames, backgrounds: after.backgrounds }).toEqual({ clips: 1, frames: 2, backgrounds: [{ name: 'paper', frames: before.frames }, { name: 'kitchen', frames: 2 }] });
    for (let step = 0; step < 2; step += 1) expect((await runCli('undo', project, '--json')).json.undone).toContain('A picture was kept as duck');
    expect((await runCli('status', project, '--json')).json).toEqual(before);
  });

  test('a cookie alone does not let another site ask in its name', async () => {
    const without = await ask(served.address, '/v1/predict', { method: 'POST', headers: { cookie: 'graft=x', 'content-type': 'image/jpeg' }, body: picture });
    expect(without.status).toBe(403);
  });
});

describe('hostile requests', () => {
  test('none gets in, and the server goes on answering', async () => {
    const before = JSON.parse((await predict(picture)).text) as { scores: unknown };
    const slow = slowSenders(served).flatMap((attack) => Array.from({ length: 4 }, (_, turn) => attack.run(turn)));
    const all = attacks(served, picture);
    const got: { name: string; status: number | null }[] = [];
    for (let turn = 0; turn < 5; turn += 1) got.push(...(await Promise.all(all.map(async ({ name, run }) => ({ name, status: (await run(turn)).status })))));
    expect(got.filter(({ status }) => status !== null && status < 400)).toEqual([]);
    expect(got.filter(({ status }) => status === 500)).toEqual([]);
    const during = JSON.parse((await predict(picture)).text) as { scores: unknown };
    expect(during.scores).toEqual(before.scores);
    for (const { status, milliseconds } of await Promise.all(slow)) {
      expect(status === null || status >= 400).toBe(true);
      expect(milliseconds).toBeLessThan(45_000);
    }
    expect(JSON.parse((await predict(picture)).text)).toMatchObject({ scores: before.scores });
    expect(existsSync('/tmp/evil.jpg') || existsSync(join(project, 'evil.jpg'))).toBe(false);
  }, 120_000);
});

describe('load', () => {
  test('20 at a time while a training runs: no error', async () => {
    const { child, done } = startCli(['train', project, '--from', 'none', '--epochs', '2000', '--input', '48x48x3', '--quiet']);
    const pictures = framesOf(project).slice(0, 10).map((file) => readFileSync(file));
    const load = await measureLoad(served, pictures, 20, 5);
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    expect((await done).code).toBe(130);
    console.log(JSON.stringify(load));
    expect(load.errors).toBe(0);
    expect(load.requests).toBeGreaterThan(40);
  });
});

test('a predictor that dies is started again at the same address with the same token', async () => {
  const children = (pid: number): number[] => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter((text) => text !== '').map(Number);
  const [predictor] = children(served.pid);
  process.kill(predictor as number, 'SIGKILL');
  let status: number | null = null;
  for (let wait = 0; wait < 100 && status !== 200; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    ({ status } = await predict(picture));
  }
  expect(status).toBe(200);
});

test('https has a certificate of its own for the address', async () => {
  const secure = await startServe(project, '--host', '127.0.0.1', '--https');
  try {
    expect(secure.address).toMatch(/^https:/);
    const answer = await ask(secure.address, '/v1/predict', { method: 'POST', headers: { authorization: `Bearer ${secure.token}`, 'content-type': 'image/jpeg' }, body: picture });
    expect(answer.status).toBe(200);
  } finally {
    await secure.stop();
  }
});

test('what cannot be served is said in a sentence', async () => {
  const port = new URL(served.address).port;
  expect(await runCli('serve', project, '--host', '127.0.0.1', '--port', port)).toMatchObject({ code: 1, stderr: expect.stringContaining('is taken by another program') });
  expect(await runCli('serve', project, '--host', '203.0.113.9')).toMatchObject({ code: 1, stderr: expect.stringContaining('no address of this machine') });
  expect(await runCli('serve', project, '--port', 'x')).toMatchObject({ code: 2 });
});

test('Ctrl-C ends it and leaves nothing behind', async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('graft-phone-')).length;
  const other = await startServe(project, '--host', hostViews()[0]?.address ?? '127.0.0.1');
  expect(await other.stop()).toBe(130);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('graft-phone-')).length).toBe(before);
});
