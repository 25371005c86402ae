import { z } from 'zod';
import { learningRateSchedules } from '../core/training';
import type { CallName } from './contract';

const id = z.number().int().min(-1).max(Number.MAX_SAFE_INTEGER);
const name = z.string().min(1).max(200);
const path = z.string().min(1).max(4096);
const paths = z.array(path).max(10_000);
const reference = z.string().min(1).max(100);
const nameKind = z.enum(['classes', 'backgrounds']);
const input = z.object({ height: z.number().int().min(1).max(1024), width: z.number().int().min(1).max(1024), channels: z.number().int().min(1).max(4) }).strict();
const config = z
  .object({
    epochs: z.number().int().min(1).max(10_000),
    batchSize: z.number().int().min(1).max(4096),
    learningRate: z.number().gt(0).max(10),
    seed: z.number().int().min(0).max(2 ** 31),
    augmentation: z.enum(['none', 'light', 'strong']),
    patience: z.number().int().min(0).max(10_000),
    schedule: z.enum(learningRateSchedules).optional(),
  })
  .strict();
const clipIds = z.array(id).max(100_000);
const share = z.number().min(0).max(1);
const crop = z.object({ x: share, y: share, width: share, height: share }).strict();
const sampling = z.string().regex(/^(all|every:\d{1,7}ms|(count|different):\d{1,6})$/);
const frameIds = z.array(id).max(1_000_000);
const migration = z
  .object({
    modelId: reference,
    input: input.nullable(),
    width: z.number().min(0.1).max(16),
    addClasses: z.array(name).max(1000),
    removeClasses: z.array(name).max(1000),
    addLayer: z.enum(['front', 'middle', 'top']).nullable().optional(),
    newClassStart: z.enum(['silent', 'centred', 'imprint', 'logistic']).nullable().optional(),
    widen: z.enum(['silent', 'equal', 'unequal']).optional(),
    overrides: z.array(z.object({ layer: name, from: name.nullable(), locked: z.boolean() }).strict()).max(1000).optional(),
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
        theme: z.enum(['system', 'light', 'dark']),
        threads: z.number().int().min(0).max(256),
        copyFilms: z.boolean(),
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
  'projects:close': z.tuple([]),
  'projects:current': z.tuple([]),
  'clips:chooseFilms': z.tuple([]),
  'clips:chooseFolder': z.tuple([]),
  'clips:propose': z.tuple([paths]),
  'clips:import': z.tuple([z.array(z.object({ path, class: name.nullable(), background: name.nullable(), sampling: sampling.optional(), stream: z.number().int().min(0).max(1000).optional() }).strict()).max(10_000)]),
  'clips:list': z.tuple([]),
  'clips:remove': z.tuple([id]),
  'clips:setBackground': z.tuple([id, name]),
  'clips:setAside': z.tuple([clipIds, z.boolean()]),
  'clips:crop': z.tuple([clipIds, crop.nullable()]),
  'clips:resample': z.tuple([id, sampling]),
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
      })
      .strict(),
  ]),
  'frames:duplicates': z.tuple([]),
  'labels:clip': z.tuple([id, name]),
  'labels:frames': z.tuple([frameIds, name]),
  'labels:segment': z.tuple([id, z.number().min(0).max(1e9), z.number().min(0).max(1e9), name]),
  'labels:exclude': z.tuple([frameIds, z.boolean()]),
  'labels:undo': z.tuple([]),
  'labels:redo': z.tuple([]),
  'labels:state': z.tuple([]),
  'rounds:list': z.tuple([]),
  'rounds:next': z.tuple([]),
  'rounds:train': z.tuple([
    z.object({ backgrounds: z.array(name).max(1000).nullable(), input: input.nullable(), preset: reference.nullable(), from: reference.nullable(), config }).strict(),
  ]),
  'rounds:resume': z.tuple([reference]),
  'rounds:pause': z.tuple([z.boolean()]),
  'rounds:epochs': z.tuple([reference]),
  'models:list': z.tuple([]),
  'models:summary': z.tuple([reference]),
  'models:evaluate': z.tuple([reference]),
  'models:matrix': z.tuple([]),
  'migrations:plan': z.tuple([migration]),
  'migrations:check': z.tuple([migration]),
  'migrations:keep': z.tuple([migration, name]),
  'migrations:of': z.tuple([reference]),
  'predictions:choose': z.tuple([]),
  'predictions:predict': z.tuple([reference, z.discriminatedUnion('kind', [z.object({ kind: z.literal('file'), path }).strict(), z.object({ kind: z.literal('frame'), frameId: id }).strict()])]),
  'jobs:list': z.tuple([]),
  'jobs:cancel': z.tuple([reference]),
} as Readonly<Record<CallName, z.ZodTuple>>;
