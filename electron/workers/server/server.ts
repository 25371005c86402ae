import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { AddressInfo, Socket } from 'node:net';
import { UserError } from '../../core/errors';
import { sayPlainly } from '../../core/texts';
import type { ServedModel, ServeJob } from '../../ipc/serving';
import { certificateFor } from './certificate';
import { allowedHosts, askerOf, refuseForeign, refuseUnknown } from './guard';
import { readPage } from './page';
import { Phones } from './phones';
import { pictureLimits, Pictures } from './pictures';
import { acceptedLanguage, Refusal, refusalBody, refusalOfStatus } from './refusals';
import { addRoutes } from './routes';
import type { ServerParent } from './serving';

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  readonly fingerprint: string | null;
  readonly phones: Phones;
  setModel(model: ServedModel): void;
  stop(): Promise<void>;
}

/** Requests a minute: from a program with the token, from one phone, from everybody else at one address. */
const perMinute = { program: 60_000, phone: 600, nobody: 240 } as const;
const socketsPerAddress = 128;

function keyOf(request: FastifyRequest): string {
  const { asker } = request;
  return asker.kind === 'phone' ? `phone ${asker.phone.id}` : asker.kind === 'program' ? 'program' : `nobody ${request.ip}`;
}

/** Nobody takes all the sockets: neither one address nor a crowd of silent ones. */
function limitSockets(app: FastifyInstance): void {
  const open = new Map<string, number>();
  app.server.maxConnections = 512;
  app.server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    if (count > socketsPerAddress) return void socket.destroy();
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
}

/** Headers for a page that loads only what is its own; those that browsers heed on https alone are left out on http. */
async function addHeaders(app: FastifyInstance, https: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'", 'blob:', 'data:'], mediaSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"], objectSrc: ["'none'"],
      },
    },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
    crossOriginOpenerPolicy: https,
    originAgentCluster: https,
    referrerPolicy: { policy: 'no-referrer' },
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('permissions-policy', 'camera=(self), microphone=(), geolocation=()').header('cache-control', 'no-store');
  });
}

/** What went wrong as a refusal; an error of ours is logged and said without details. */
function refusalFor(error: FastifyError | Error, log: (text: string) => void): Refusal {
  if (error instanceof Refusal) return error;
  const params = { megabytes: pictureLimits.bytes / 1024 / 1024 };
  const status = (error as FastifyError).statusCode;
  if (status !== undefined && status < 500) return refusalOfStatus(status, params);
  log(error.stack ?? error.message);
  return refusalOfStatus(status ?? 500, params);
}

function addRefusals(app: FastifyInstance, log: (text: string) => void): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const language = acceptedLanguage(request.headers['accept-language']);
    if (error instanceof UserError) return reply.code(409).send({ error: { code: error.key, message: sayPlainly(language, error.key, error.params) } });
    const refusal = refusalFor(error, log);
    if (refusal.statusCode === 401) reply.header('www-authenticate', 'Bearer');
    if (refusal.statusCode === 503) reply.header('retry-after', '1');
    return reply.code(refusal.statusCode).send(refusalBody(refusal, language));
  });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, () => {
    throw new Refusal('notFound');
  });
  // A body that nobody will read: its sender gets a moment to see the answer, then the line is cut.
  app.addHook('onSend', async (request, reply) => {
    if (!request.raw.complete && reply.statusCode >= 400) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request) => {
    // A line that was cut already has no socket any more.
    const socket = request.raw.socket as Socket | null;
    if (!request.raw.complete && socket) setTimeout(() => socket.destroy(), 1000).unref();
  });
}

/** Checks that come before anything of a body is read, in this order: name, origin, who asks, how often, whether he may. */
async function addGuards(app: FastifyInstance, job: ServeJob, phones: Phones, hosts: () => ReadonlySet<string>): Promise<void> {
  const https = job.certificateFolder !== null;
  app.decorateRequest('asker');
  app.addHook('onRequest', async (request) => {
    refuseForeign(request, hosts(), https);
    request.asker = askerOf(request, job.token, phones);
    const { 'content-encoding': encoding } = request.headers;
    if (encoding !== undefined && encoding !== 'identity') throw new Refusal('encoded');
  });
  await app.register(rateLimit, {
    global: true,
    timeWindow: 60_000,
    cache: 5000,
    keyGenerator: keyOf,
    max: (request: FastifyRequest) => perMinute[request.asker.kind],
    errorResponseBuilder: (_request: FastifyRequest, { ttl }: { ttl: number }) => new Refusal('tooMany', { seconds: Math.max(1, Math.ceil(ttl / 1000)) }),
  });
  app.addHook('preParsing', async (request) => {
    if (!request.is404) refuseUnknown(request);
  });
}

function listenError(error: unknown, job: ServeJob): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new UserError('serving:portTaken', { port: job.port, host: job.host }, { cause: error });
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND' || code === 'EINVAL') return new UserError('serving:cannotListen', { port: job.port, host: job.host, reason: code ?? message }, { cause: error });
  return error;
}

/** Starts the server for phones and programs. Errors: `serving:*`, those of a model file. */
export async function startServer(job: ServeJob, parent: ServerParent): Promise<RunningServer> {
  const page = readPage(job.pageFolder);
  const names = [...new Set([job.host, ...job.names])];
  const certificate = job.certificateFolder === null ? null : await certificateFor(job.certificateFolder, names);
  let { model } = job;
  const phones = new Phones(job.phones, (list) => parent.tell({ kind: 'phones', phones: list }));
  const pictures = new Pictures(job.workFolder, () => model, parent.ask);
  await pictures.warmUp();
  const timeouts = { headersTimeout: 8000, connectionsCheckingInterval: 1000, maxHeaderSize: 8192 };
  const app = fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: 16 * 1024,
    requestTimeout: 30_000,
    connectionTimeout: 15_000,
    keepAliveTimeout: 5000,
    forceCloseConnections: true,
    ...(certificate ? { https: { key: certificate.key, cert: certificate.cert, minVersion: 'TLSv1.2', ...timeouts } } : { http: timeouts }),
  } as object) as FastifyInstance;
  limitSockets(app);
  await addHeaders(app, certificate !== null);
  let hosts: ReadonlySet<string> = new Set();
  await addGuards(app, job, phones, () => hosts);
  await app.register(multipart, { limits: { files: 1, fields: 4, parts: 5, fieldSize: 1024, fieldNameSize: 100, headerPairs: 20, fileSize: pictureLimits.bytes + 1 } });
  addRefusals(app, parent.log);
  addRoutes(app, { page, phones, pictures, model: () => model, https: certificate !== null, parent });
  try {
    await app.listen({ host: job.host, port: job.port });
  } catch (error) {
    await app.close();
    pictures.dispose();
    throw listenError(error, job);
  }
  const { port } = app.server.address() as AddressInfo;
  hosts = allowedHosts(names, port, certificate !== null);
  return {
    port,
    fingerprint: certificate?.fingerprint ?? null,
    phones,
    setModel: (next) => {
      model = next;
      void pictures.warmUp().catch((error: unknown) => parent.log(String(error)));
    },
    stop: async () => {
      await app.close();
      pictures.dispose();
    },
  };
}
