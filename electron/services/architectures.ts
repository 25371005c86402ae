import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Architecture } from '../core/architecture';
import { UserError } from '../core/errors';
import { architectureFromKeras, isKerasConfig } from '../core/kerasConfig';
import { isPreset } from '../core/presets';
import { countParameters, validateArchitecture } from '../core/shapes';
import type { SavedArchitecture } from '../ipc/contract';
import type { Project, ReadProject } from './projects';

const count = z.number().int().min(1).max(65_536);
const pair = z.tuple([count, count]);
const activation = z.enum(['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hardSigmoid', 'tanh', 'softplus', 'softsign', 'swish', 'gelu', 'softmax']);
const base = {
  uid: z.string().min(1).max(200).optional(),
  name: z.string().min(1).max(100).regex(/^[\w.-]+$/u),
  inputs: z.array(z.string()).min(1).max(64).optional(),
  trainable: z.boolean().optional(),
};
const padding = z.enum(['same', 'valid']).default('same');
const convolution = { ...base, kernelSize: pair, dilationRate: pair.optional(), strides: pair.default([1, 1]), padding, activation: activation.default('linear'), useBias: z.boolean().default(true) };
const pooling = { ...base, poolSize: pair, strides: pair, padding: z.enum(['same', 'valid']).default('valid') };
const side = z.tuple([z.number().int().min(0).max(1024), z.number().int().min(0).max(1024)]);

const layer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('conv2d'), ...convolution, filters: count, groups: count.optional() }).strict(),
  z.object({ type: z.literal('depthwiseConv2d'), ...convolution, depthMultiplier: count.default(1) }).strict(),
  z.object({ type: z.literal('separableConv2d'), ...convolution, filters: count, depthMultiplier: count.default(1) }).strict(),
  z.object({ type: z.literal('dense'), ...base, units: count, activation: activation.default('linear'), useBias: z.boolean().default(true) }).strict(),
  z.object({ type: z.literal('batchNormalization'), ...base, epsilon: z.number().gt(0).max(1).default(1e-3), momentum: z.number().min(0).max(1).default(0.9) }).strict(),
  z.object({ type: z.literal('activation'), ...base, activation }).strict(),
  z.object({ type: z.literal('leakyReLU'), ...base, alpha: z.number().min(0).max(10).default(0.3) }).strict(),
  z.object({ type: z.literal('reLU'), ...base, maxValue: z.number().min(0).max(1e6).nullable().default(null), negativeSlope: z.number().min(0).max(10).default(0), threshold: z.number().min(0).max(1e6).default(0) }).strict(),
  z.object({ type: z.literal('prelu'), ...base }).strict(),
  z.object({ type: z.literal('maxPooling2d'), ...pooling }).strict(),
  z.object({ type: z.literal('averagePooling2d'), ...pooling }).strict(),
  z.object({ type: z.literal('globalAveragePooling2d'), ...base }).strict(),
  z.object({ type: z.literal('globalMaxPooling2d'), ...base }).strict(),
  z.object({ type: z.literal('flatten'), ...base }).strict(),
  z.object({ type: z.literal('reshape'), ...base, shape: z.array(count.max(16_777_216)).min(1).max(3) }).strict(),
  z.object({ type: z.literal('dropout'), ...base, rate: z.number().min(0).lt(1) }).strict(),
  z.object({ type: z.literal('spatialDropout2d'), ...base, rate: z.number().min(0).lt(1) }).strict(),
  z.object({ type: z.literal('zeroPadding2d'), ...base, padding: z.tuple([side, side]) }).strict(),
  z.object({ type: z.literal('cropping2d'), ...base, cropping: z.tuple([side, side]) }).strict(),
  z.object({ type: z.literal('upSampling2d'), ...base, size: pair }).strict(),
  z.object({ type: z.literal('add'), ...base }).strict(),
  z.object({ type: z.literal('multiply'), ...base }).strict(),
  z.object({ type: z.literal('concatenate'), ...base }).strict(),
  z.object({ type: z.literal('rescaling'), ...base, scale: z.number(), offset: z.number().default(0) }).strict(),
]);

const architectureSchema = z.object({
  formatVersion: z.literal(1),
  name: z.string().min(1).max(100).optional(),
  input: z.object({ height: count.max(1024), width: count.max(1024), channels: z.union([z.literal(1), z.literal(3), z.literal(4)]) }).strict(),
  layers: z.array(layer).min(1).max(1000),
});

/**
 * An architecture from the JSON that the studio saves, or a `config.json` of Keras; arguments that are left out take the usual values.
 * Errors: `clips:missing`, `models:badArchitectureFile` (what is wrong, and where), `models:badLayer…`.
 */
export function readArchitectureFile(file: string): Architecture {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError('clips:missing', { file }, { cause: error });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new UserError('models:badArchitectureFile', { file, problem: (error as Error).message }, { cause: error });
  }
  return parseArchitecture(isKerasConfig(parsed) ? architectureFromKeras(parsed) : parsed, file);
}

/** As `readArchitectureFile`, for JSON that is read already; `file` is what an error calls it. */
export function parseArchitecture(json: unknown, file: string): Architecture {
  const checked = architectureSchema.safeParse(json);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new UserError('models:badArchitectureFile', { file, problem: `${issue?.path.join('.') || 'file'}: ${issue?.message ?? '?'}` });
  }
  const { name = 'custom', input, layers } = checked.data;
  const architecture: Architecture = { formatVersion: 1, name, input, layers: layers.map((entry) => ({ ...entry, uid: entry.uid ?? `${name}/${entry.name}` })) };
  validateArchitecture(architecture);
  return architecture;
}

/** Where a project keeps its architectures, one JSON file each. */
const folderName = 'architectures';
const ending = '.json';

/** Refuses names that are no file names everywhere, and those of presets. Errors: `models:badArchitectureName`. */
function fileOf(project: ReadProject, name: string): string {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,59}$/u.test(name) || /[ .]$/.test(name) || isPreset(name)) throw new UserError('models:badArchitectureName', { name });
  return join(project.folder, folderName, `${name}${ending}`);
}

/** An architecture of the project by its name. Errors: as `readArchitectureFile`. */
export function savedArchitecture(project: ReadProject, name: string): Architecture {
  return { ...readArchitectureFile(fileOf(project, name)), name };
}

/** Architectures of the project, by name. A file that cannot be read is left out: it may be anybody's. */
export function savedArchitectures(project: ReadProject): readonly SavedArchitecture[] {
  let files: readonly string[];
  try {
    files = readdirSync(join(project.folder, folderName));
  } catch {
    return [];
  }
  return files
    .filter((file) => file.endsWith(ending))
    .flatMap((file) => {
      try {
        const architecture = savedArchitecture(project, file.slice(0, -ending.length));
        return [{ name: architecture.name, architecture, parameters: countParameters(architecture).total }];
      } catch (error) {
        if (error instanceof UserError) return [];
        throw error;
      }
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Keeps an architecture in the project under its name; one of that name is replaced. Errors: `models:bad*`. */
export function saveArchitecture(project: Project, name: string, json: unknown): SavedArchitecture {
  const file = fileOf(project, name);
  const architecture = { ...parseArchitecture(json, name), name };
  mkdirSync(join(project.folder, folderName), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(architecture, null, 2)}\n`);
  renameSync(`${file}.new`, file);
  return { name, architecture, parameters: countParameters(architecture).total };
}

/** Removes an architecture from the project; rounds that trained it keep their own. */
export function removeArchitecture(project: Project, name: string): void {
  rmSync(fileOf(project, name), { force: true });
}
