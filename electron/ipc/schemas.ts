import { z } from 'zod';
import { augmentationNames } from '../core/augmentation';
import { datasetFormats, modelFormats } from '../core/exports';
import { scalings } from '../core/modelFile';
import { balances, learningRateSchedules, optimizerNames } from '../core/training';
import type { CallName } from './contract';

const id = z.number().int().min(-1).max(Number.MAX_SAFE_INTEGER);
const name = z.string().min(1).max(200);
const path = z.string().min(1).max(4096);
const paths = z.array(path).max(10_000);
const reference = z.string().min(1).max(100);
const nameKind = z.enum(['classes', 'backgrounds']);
const input = z.object({ height: z.number().int().min(1).max(1024), width: z.number().int().min(1).max(1024), channels: z.number().int().min(1).max(4) }).strict();
const half = z.number().min(0).max(0.5);
const share = z.number().min(0).max(1);
const turn = z.number().min(0).max(180);
const augment = z
  .object({ flip: z.boolean(), shift: half, zoom: half, rotate: turn, brightness: share, contrast: share, saturation: share, hue: turn, noise: half, blur: share, cutout: share })
  .partial()
  .strict();
const config = z
  .object({
    epochs: z.number().int().min(1).max(10_000),
    batchSize: z.number().int().min(1).max(4096),
    learningRate: z.number().gt(0).max(10),
    seed: z.number().int().min(0).max(2 ** 31),
    augmentation: z.enum(augmentationNames),
    augment: augment.optional(),
    patience: z.number().int().min(0).max(10_000),
    schedule: z.enum(learningRateSchedules).optional(),
    optimizer: z.enum(optimizerNames).optional(),
    momentum: z.number().min(0).lt(1).optional(),
    nesterov: z.boolean().optional(),
    weightDecay: z.number().min(0).max(10).optional(),
    l1: z.number().min(0).max(10).optional(),
    l2: z.number().min(0).max(10).optional(),
    clip: z.number().min(0).max(1e6).optional(),
    labelSmoothing: z.number().min(0).lt(1).optional(),
    classWeights: z.union([z.enum(['none', 'balanced']), z.record(name, z.number().min(0).max(1e6))]).optional(),
    balance: z.enum(balances).optional(),
    warmUp: z.number().int().min(0).max(1e6).optional(),
    inherited: z.array(name).max(1000).optional(),
    inheritedFactor: z.number().gt(0).max(1).optional(),
    frozen: z.array(name).max(1000).optional(),
    thawAfter: z.number().int().min(0).max(10_000).optional(),
    teacher: reference.optional(),
    teacherShare: z.number().min(0).max(1).optional(),
    temperature: z.number().min(0.1).max(100).optional(),
    unlabelled: z.boolean().optional(),
    perturb: z.object({ shrink: z.number().min(0).max(1), noise: z.number().min(0).max(1) }).strict().optional(),
  })
  .strict();
const roundWish = z.object({ backgrounds: z.array(name).max(1000).nullable(), input: input.nullable(), preset: reference.nullable(), architecture: reference.nullable().optional(), from: reference.nullable(), config }).strict();
const clipIds = z.array(id).min(1).max(100_000);
const crop = z.object({ x: share, y: share, width: share, height: share }).strict();
const sampling = z.string().regex(/^(all|every:\d{1,7}ms|(count|different):\d{1,6})$/);
const frameIds = z.array(id).max(1_000_000);
const key = z.string().regex(/^[a-f0-9-]{36}$/);
const jpeg = z.instanceof(Uint8Array).refine((bytes) => bytes.length <= 16 * 1024 * 1024);
const host = z.string().regex(/^[\d.]{7,15}$/);
const source = z.discriminatedUnion('kind', [z.object({ kind: z.literal('file'), path }).strict(), z.object({ kind: z.literal('shot'), key }).strict(), z.object({ kind: z.literal('frame'), frameId: id }).strict()]);
const migration = z
  .object({
    modelId: reference,
    input: input.nullable(),
    width: z.number().min(0.1).max(16),
    addClasses: z.array(name).max(1000),
    removeClasses: z.array(name).max(1000),
    splitClasses: z.array(z.object({ name, into: z.array(name).min(2).max(100) }).strict()).max(1000).optional(),
    mergeClasses: z.array(z.object({ into: name, from: z.array(name).min(2).max(100) }).strict()).max(1000).optional(),
    addLayer: z.enum(['front', 'middle', 'top']).nullable().optional(),
    // Checked layer by layer in services/architectures.ts, which says what is wrong.
    architecture: z.record(z.string().max(100), z.unknown()).nullable().optional(),
    newClassStart: z.enum(['silent', 'centred', 'imprint', 'logistic']).nullable().optional(),
    widen: z.enum(['silent', 'equal', 'unequal']).optional(),
    overrides: z.array(z.object({ layer: name, from: name.nullable(), locked: z.boolean() }).strict()).max(1000).optional(),
    oldPictures: z
      .object({
        channels: z.enum(['luma', 'mean', 'newest', 'bgr', 'yuv', 'ycbcr']).optional(),
        pixels: z.enum(['area', 'bilinear', 'bicubic', 'repeated']).optional(),
        inside: z.union([z.literal('centre'), z.object({ top: z.number().int().min(0).max(1024), left: z.number().int().min(0).max(1024) }).strict()]).optional(),
      })
      .strict()
      .optional(),
    firstKernels: z.enum(['copied', 'spread', 'stuffed']).optional(),
    head: z.enum(['softmax', 'sigmoid']).optional(),
    route: z.enum(['exact', 'native']),
  })
  .strict();

/** Arguments of every call as the main process accepts them; anything else is refused before a service sees it. */
export const callSchemas: Readonly<Record<CallName, z.ZodTuple>> = {
  'app:info': z.tuple([]),
  'app:setPreferences': z.tuple([
    z
      .object({
        language: z.enum(['system', 'en', 'ru']),
        theme: z.enum(['system', 'light', 'dark', 'contrast']),
        threads: z.number().int().min(0).max(256),
        copyFilms: z.boolean(),
        tourSeen: z.boolean(),
        keys: z.record(z.string().min(1).max(60), z.array(z.string().min(1).max(40)).max(4)),
      })
      .partial()
      .strict(),
  ]),
  'projects:recent': z.tuple([]),
  'projects:chooseNew': z.tuple([]),
  'projects:chooseOpen': z.tuple([]),
  'projects:open': z.tuple([path]),
  'projects:newFor': z.tuple([paths]),
  'projects:sample': z.tuple([]),
  'projects:saveCopy': z.tuple([]),
  'projects:openCopy': z.tuple([]),
  'projects:close': z.tuple([]),
  'projects:current': z.tuple([]),
  'clips:chooseFilms': z.tuple([]),
  'clips:chooseFolder': z.tuple([]),
  'clips:propose': z.tuple([paths]),
  'clips:import': z.tuple([z.array(z.object({ path, class: name.nullable(), background: name.nullable(), sampling: sampling.optional(), stream: z.number().int().min(0).max(1000).optional() }).strict()).max(10_000)]),
  'clips:streams': z.tuple([id]),
  'clips:importStream': z.tuple([id, z.number().int().min(0).max(1000)]),
  'clips:missing': z.tuple([]),
  'clips:find': z.tuple([]),
  'clips:list': z.tuple([]),
  'clips:remove': z.tuple([clipIds]),
  'clips:setBackground': z.tuple([clipIds, name]),
  'clips:setAside': z.tuple([clipIds, z.boolean()]),
  'clips:crop': z.tuple([clipIds, crop.nullable()]),
  'clips:resample': z.tuple([clipIds, sampling]),
  'names:list': z.tuple([]),
  'names:add': z.tuple([nameKind, name]),
  'names:rename': z.tuple([nameKind, id, name]),
  'names:recolour': z.tuple([nameKind, id, z.string().regex(/^#[0-9a-fA-F]{6}$/)]),
  'names:reorder': z.tuple([nameKind, z.array(id).max(10_000)]),
  'names:merge': z.tuple([nameKind, id, id]),
  'names:hide': z.tuple([nameKind, id, z.boolean()]),
  'frames:list': z.tuple([
    z
      .object({
        clipId: id.optional(),
        classId: id.nullable().optional(),
        backgroundId: id.nullable().optional(),
        excluded: z.boolean().optional(),
        wrongFor: reference.optional(),
        confusion: z.object({ model: reference, actual: id, predicted: id }).strict().optional(),
        hardestFor: reference.optional(),
        suggestedBy: reference.optional(),
        disagree: z.object({ first: reference, second: reference }).strict().optional(),
      })
      .strict(),
  ]),
  'frames:duplicates': z.tuple([]),
  'labels:clips': z.tuple([clipIds, name]),
  'labels:frames': z.tuple([frameIds, name]),
  'labels:segment': z.tuple([id, z.number().min(0).max(1e9), z.number().min(0).max(1e9), name]),
  'labels:accept': z.tuple([reference, frameIds]),
  'labels:exclude': z.tuple([frameIds, z.boolean()]),
  'labels:undo': z.tuple([]),
  'labels:redo': z.tuple([]),
  'labels:state': z.tuple([]),
  'rounds:list': z.tuple([]),
  'rounds:next': z.tuple([]),
  'rounds:train': z.tuple([roundWish]),
  'rounds:resume': z.tuple([reference]),
  'rounds:extend': z.tuple([reference, z.number().int().min(1).max(10_000)]),
  'rounds:augmentPreview': z.tuple([id, z.object({ augmentation: z.enum(augmentationNames), augment: augment.optional(), seed: z.number().int().min(0).max(2 ** 31), input }).strict(), z.number().int().min(1).max(64)]),
  'rounds:mirror': z.tuple([]),
  'rounds:setMirror': z.tuple([z.boolean().nullable()]),
  'rounds:estimate': z.tuple([roundWish]),
  'rounds:testMirror': z.tuple([roundWish]),
  'rounds:pause': z.tuple([z.boolean()]),
  'rounds:epochs': z.tuple([reference]),
  'rounds:losses': z.tuple([reference]),
  'architectures:list': z.tuple([]),
  // Checked layer by layer in services/architectures.ts, which says what is wrong.
  'architectures:save': z.tuple([reference, z.record(z.string().max(100), z.unknown())]),
  'architectures:remove': z.tuple([reference]),
  'models:chooseFile': z.tuple([]),
  'models:chooseArchitecture': z.tuple([]),
  'models:inspectFile': z.tuple([path, path.nullable(), input.nullable()]),
  'models:import': z.tuple([z.object({ file: path, architecture: path.nullable(), input: input.nullable(), classNames: z.array(name).max(100_000).nullable(), scaling: z.enum(scalings).nullable(), name }).strict()]),
  'models:list': z.tuple([]),
  'models:summary': z.tuple([reference]),
  'models:evaluate': z.tuple([reference]),
  'models:matrix': z.tuple([]),
  'models:confidence': z.tuple([reference]),
  'models:setThreshold': z.tuple([reference, z.number().min(0).max(1).nullable()]),
  'models:askAll': z.tuple([reference]),
  'models:compare': z.tuple([reference, reference]),
  'models:export': z.tuple([reference, z.enum(modelFormats)]),
  'models:handOff': z.tuple([reference]),
  'models:snippet': z.tuple([reference, z.enum(modelFormats), path.nullable()]),
  'models:copySnippet': z.tuple([reference, z.enum(modelFormats), path.nullable()]),
  'datasets:export': z.tuple([z.enum(datasetFormats), z.enum(['all', 'train', 'validation', 'test'])]),
  'migrations:chooseArchitecture': z.tuple([]),
  'migrations:plan': z.tuple([migration]),
  'migrations:check': z.tuple([migration]),
  'migrations:keep': z.tuple([migration, name]),
  'migrations:saveReport': z.tuple([migration]),
  'migrations:recipe': z.tuple([reference]),
  'migrations:proposeRecipe': z.tuple([migration, z.enum(['exact', 'close', 'start'])]),
  'migrations:fineTune': z.tuple([reference]),
  'migrations:saveReportOf': z.tuple([reference]),
  'migrations:repeat': z.tuple([reference]),
  'migrations:of': z.tuple([reference]),
  'predictions:choose': z.tuple([]),
  'predictions:predict': z.tuple([reference, source]),
  'predictions:saliency': z.tuple([reference, source]),
  'predictions:shot': z.tuple([jpeg]),
  'predictions:live': z.tuple([reference, jpeg]),
  'predictions:keep': z.tuple([source, name, name.nullable()]),
  'serving:hosts': z.tuple([]),
  'serving:start': z.tuple([z.object({ modelId: reference, host, https: z.boolean() }).strict()]),
  'serving:stop': z.tuple([]),
  'serving:state': z.tuple([]),
  'serving:renew': z.tuple([]),
  'serving:revoke': z.tuple([reference]),
  'serving:model': z.tuple([reference]),
  'jobs:list': z.tuple([]),
  'jobs:cancel': z.tuple([reference]),
} as Readonly<Record<CallName, z.ZodTuple>>;
