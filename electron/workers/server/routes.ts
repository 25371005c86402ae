import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { ServedModel } from '../../ipc/serving';
import { cookieName } from './guard';
import { openApi } from './openapi';
import type { PageFile } from './page';
import type { Phones } from './phones';
import type { Answer, Pictures } from './pictures';
import { Refusal } from './refusals';
import type { ServerParent } from './serving';

export interface RouteContext {
  readonly page: ReadonlyMap<string, PageFile>;
  readonly phones: Phones;
  readonly pictures: Pictures;
  readonly model: () => ServedModel;
  readonly https: boolean;
  readonly parent: ServerParent;
}

const pairing = z.object({ token: z.string().min(1).max(200) }).strict();
const feedback = z.object({ picture: z.string().max(50), class: z.string().min(1).max(80), background: z.string().max(80).nullish() }).strict();
const sessionSeconds = 24 * 3600;

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new Refusal('badRequest');
  return result.data;
}

/** The answer to a picture as REST gives it; classes by falling score. */
export function predictionBody(model: ServedModel, { scores, milliseconds, picture }: Answer): Record<string, unknown> {
  const all = model.classNames.map((name, index) => ({ class: name, score: scores[index] ?? 0 })).sort((a, b) => b.score - a.score);
  const best = all[0] as { class: string; score: number };
  return {
    class: best.class,
    score: best.score,
    unknown: model.threshold !== null && best.score < model.threshold,
    scores: all,
    model: model.id,
    milliseconds: Math.round(milliseconds * 10) / 10,
    ...(picture === null ? {} : { picture }),
  };
}

/** The picture in a request: its body, or the one file of a form. */
async function bodyOf(request: FastifyRequest): Promise<Readable> {
  if (!request.isMultipart()) return request.body as Readable;
  const part = await request.file();
  if (!part) throw new Refusal('badRequest');
  return part.file;
}

function addPage(app: FastifyInstance, page: RouteContext['page']): void {
  for (const [address, { type, body }] of page) {
    // Names of assets change with their content.
    const cache = address === '/' ? 'no-store' : 'public, max-age=31536000, immutable';
    app.get(address, { config: { for: 'all' } }, (_request, reply) => reply.header('cache-control', cache).type(type).send(body));
  }
}

function addPhoneRoutes(app: FastifyInstance, { phones, pictures, model, https, parent }: RouteContext): void {
  app.post('/v1/pair', { config: { for: 'all', rateLimit: { max: 30, timeWindow: 60_000 } } }, async (request, reply) => {
    const { token } = parsed(pairing, request.body);
    const paired = phones.pair(token, request.headers['user-agent'], request.ip);
    if (!paired) throw new Refusal('pairingUsed');
    parent.tell({ kind: 'paired', phone: paired.phone });
    reply.header('set-cookie', `${cookieName}=${paired.secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${sessionSeconds}${https ? '; Secure' : ''}`);
    return { name: paired.phone.name };
  });
  app.get('/v1/phone', { config: { for: 'phones' } }, async () => {
    const { project, classes, backgrounds } = await parent.ask({ kind: 'names' });
    const { id, name, classNames } = model();
    return { project, model: { id, name, classes: classNames }, classes, backgrounds };
  });
  app.post('/v1/feedback', { config: { for: 'phones' } }, async (request) => {
    const { asker } = request;
    if (asker.kind !== 'phone') throw new Refusal('unauthorized');
    const { picture, class: name, background } = parsed(feedback, request.body);
    await pictures.label(picture, asker.phone.id, { class: name, background: background?.trim() ? background : null });
    return { kept: true };
  });
}

/** Every address that the server answers: the fixed list of the page's files, pairing and feedback of phones, and REST. */
export function addRoutes(app: FastifyInstance, context: RouteContext): void {
  const { pictures, phones, model, parent } = context;
  app.removeContentTypeParser('text/plain');
  // The body is not read into memory: it streams into a file, which counts its bytes.
  app.addContentTypeParser(/^(image\/[\w.+-]+|application\/octet-stream)(;|$)/, (_request, body, done) => done(null, body));
  addPage(app, context.page);
  addPhoneRoutes(app, context);
  app.post('/v1/predict', async (request) => {
    const { asker } = request;
    const phoneId = asker.kind === 'phone' ? asker.phone.id : null;
    const served = model();
    const type = request.headers['content-type'] ?? '';
    if (!/^(image\/|application\/octet-stream|multipart\/form-data)/i.test(type)) throw new Refusal('notAPicture');
    const answer = await pictures.answer(await bodyOf(request), phoneId);
    if (phoneId !== null) phones.countPicture(phoneId);
    parent.tell({ kind: 'picture', phoneId });
    return predictionBody(served, answer);
  });
  app.get('/v1/model', async () => {
    const { id, name, classNames, input, threshold } = model();
    return { id, name, classes: classNames, input, threshold };
  });
  app.get('/v1/openapi.json', { config: { for: 'all' } }, async () => openApi);
}
