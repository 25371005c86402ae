import { defaultTrainingConfig, type ClassWeights, type TrainingConfig } from '../../../electron/core/training';

/** Numbers of a training that have a field of their own. */
export type NumberName =
  | 'epochs' | 'batchSize' | 'learningRate' | 'seed' | 'patience' | 'momentum' | 'weightDecay' | 'l1' | 'l2' | 'clip' | 'labelSmoothing'
  | 'warmUp' | 'inheritedFactor' | 'thawAfter' | 'teacherShare' | 'temperature';

export interface NumberLimits {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly decimals: number;
}

/** What the main process accepts (ipc/schemas.ts), with the step of the arrows. */
export const numberLimits: Readonly<Record<NumberName, NumberLimits>> = {
  epochs: { min: 1, max: 10_000, step: 1, decimals: 0 },
  batchSize: { min: 1, max: 4096, step: 8, decimals: 0 },
  learningRate: { min: 0.000001, max: 10, step: 0.0005, decimals: 6 },
  seed: { min: 0, max: 2 ** 31, step: 1, decimals: 0 },
  patience: { min: 0, max: 10_000, step: 1, decimals: 0 },
  momentum: { min: 0, max: 0.999, step: 0.05, decimals: 3 },
  weightDecay: { min: 0, max: 10, step: 0.001, decimals: 6 },
  l1: { min: 0, max: 10, step: 0.0001, decimals: 6 },
  l2: { min: 0, max: 10, step: 0.0001, decimals: 6 },
  clip: { min: 0, max: 1_000_000, step: 0.5, decimals: 3 },
  labelSmoothing: { min: 0, max: 0.99, step: 0.05, decimals: 3 },
  warmUp: { min: 0, max: 1_000_000, step: 10, decimals: 0 },
  inheritedFactor: { min: 0.001, max: 1, step: 0.05, decimals: 3 },
  thawAfter: { min: 0, max: 10_000, step: 1, decimals: 0 },
  teacherShare: { min: 0, max: 1, step: 0.1, decimals: 2 },
  temperature: { min: 0.1, max: 100, step: 0.5, decimals: 1 },
};

/** Fields in the order in which they are shown. */
export const groups = {
  length: ['epochs', 'batchSize', 'patience', 'seed'],
  steps: ['optimizer', 'learningRate', 'schedule', 'warmUp', 'momentum', 'nesterov', 'weightDecay', 'clip'],
  heart: ['l1', 'l2', 'labelSmoothing'],
  fairness: ['classWeights', 'balance'],
  layers: ['frozen', 'thawAfter', 'inherited', 'inheritedFactor'],
  teacher: ['teacher', 'teacherShare', 'temperature', 'unlabelled'],
} as const satisfies Readonly<Record<string, readonly (keyof TrainingConfig)[]>>;

export type GroupName = keyof typeof groups;
export const groupNames = Object.keys(groups) as readonly GroupName[];
/** Fields of the groups; augmentation has a place of its own. */
export type FieldName = (typeof groups)[GroupName][number];

const plainDefaults = {
  ...defaultTrainingConfig,
  optimizer: 'adam',
  schedule: 'constant',
  momentum: 0.9,
  nesterov: false,
  l1: 0,
  l2: 0,
  clip: 0,
  labelSmoothing: 0,
  classWeights: 'none',
  balance: 'none',
  inheritedFactor: 0.1,
  thawAfter: 0,
  teacherShare: 0.5,
  temperature: 2,
  unlabelled: false,
} as const;

/**
 * The value that counts where nothing else was said, beside the other settings: AdamW decays, others do not. Undefined for
 * what has none: no layers, no teacher, a warm-up that the schedule decides.
 */
export function defaultOf(config: TrainingConfig, name: FieldName): TrainingConfig[FieldName] {
  if (name === 'weightDecay') return config.optimizer === 'adamw' ? 0.004 : 0;
  if (name === 'warmUp') return config.schedule === 'cosine' ? undefined : 0;
  if (name === 'frozen' || name === 'inherited' || name === 'teacher') return undefined;
  return plainDefaults[name];
}

/** The value that counts: the one that was set, or the default. */
export function valueOf<N extends FieldName>(config: TrainingConfig, name: N): TrainingConfig[N] {
  return config[name] ?? (defaultOf(config, name) as TrainingConfig[N]);
}

function isDefault(config: TrainingConfig, name: FieldName): boolean {
  const value = config[name];
  return value === undefined || value === defaultOf(config, name) || (Array.isArray(value) && value.length === 0);
}

/** Fields that mean nothing without another one: momentum without SGD, a share without a teacher. */
export function isUseless(config: TrainingConfig, name: FieldName): boolean {
  if (name === 'momentum' || name === 'nesterov') return config.optimizer !== 'sgd';
  if (name === 'thawAfter') return (config.frozen ?? []).length === 0;
  if (name === 'inheritedFactor') return (config.inherited ?? []).length === 0;
  if (name === 'teacherShare' || name === 'temperature' || name === 'unlabelled') return config.teacher === undefined;
  return false;
}

const required: ReadonlySet<string> = new Set(Object.keys(defaultTrainingConfig));

/** Without what is the default anyway, and what means nothing beside the rest: the record of a round says only what was chosen. */
function tidy(config: TrainingConfig): TrainingConfig {
  const names: readonly FieldName[] = Object.values(groups).flat();
  const gone = new Set<string>(names.filter((name) => !required.has(name) && (isDefault(config, name) || isUseless(config, name))));
  return Object.fromEntries(Object.entries(config).filter(([name]) => !gone.has(name))) as unknown as TrainingConfig;
}

/** Sets one field; undefined takes it back to its default. */
export function withField<N extends FieldName>(config: TrainingConfig, name: N, value: TrainingConfig[N] | undefined): TrainingConfig {
  const next = { ...config, [name]: value ?? defaultOf(config, name) };
  // Another optimizer has another usual decay: a number meant for the one before would silently be wrong.
  return tidy(name === 'optimizer' ? { ...next, weightDecay: undefined } : next);
}

/** Fields that differ from the defaults, in their order. */
export function changedFields(config: TrainingConfig): readonly FieldName[] {
  const names: readonly FieldName[] = Object.values(groups).flat();
  return names.filter((name) => !isDefault(config, name) && !isUseless(config, name));
}

/** All fields of the groups back at their defaults; the augmentation stays. */
export function withDefaults({ augmentation, augment }: TrainingConfig): TrainingConfig {
  return { ...defaultTrainingConfig, augmentation, ...(augment ? { augment } : {}) };
}

/** Without what belongs to the layers of another network. */
export function withoutLayers(config: TrainingConfig): TrainingConfig {
  return tidy({ ...config, frozen: undefined, inherited: undefined });
}

/** Weights for classes given one by one, beginning with 1 for each. */
export function weightsByClass(weights: ClassWeights | undefined, classNames: readonly string[]): Readonly<Record<string, number>> {
  const given = typeof weights === 'object' ? weights : {};
  return Object.fromEntries(classNames.map((name) => [name, given[name] ?? 1]));
}
