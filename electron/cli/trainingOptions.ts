import type { Command as Program } from 'commander';
import { augmentationNames, augmentationPresets, type AugmentationConfig } from '../core/augmentation';
import { usualPerturbation } from '../core/recipe';
import { balances, learningRateSchedules, optimizerNames, type ClassWeights, type TrainingConfig } from '../core/training';
import { UsageError } from './io';

/** What commander makes of the options that `addTrainingOptions` declares. */
export interface TrainingFlags {
  readonly epochs?: string;
  readonly batch?: string;
  readonly learningRate?: string;
  readonly schedule?: string;
  readonly seed?: string;
  readonly augment?: string;
  readonly augmentWith?: string;
  readonly patience?: string;
  readonly optimizer?: string;
  readonly momentum?: string;
  readonly nesterov?: boolean;
  readonly weightDecay?: string;
  readonly l1?: string;
  readonly l2?: string;
  readonly clip?: string;
  readonly labelSmoothing?: string;
  readonly classWeights?: string;
  readonly balance?: string;
  readonly warmUp?: string;
  readonly inherited?: string;
  readonly inheritedFactor?: string;
  readonly freeze?: string;
  readonly thawAfter?: string;
  readonly teacher?: string;
  readonly teacherShare?: string;
  readonly temperature?: string;
  readonly unlabelled?: boolean;
  readonly perturb?: boolean | string;
}

type Draft = { -readonly [K in keyof TrainingConfig]?: TrainingConfig[K] };

/** A whole number of at least `least`; undefined without one. Errors: `UsageError`. */
export function whole(text: string | undefined, option: string, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new UsageError(`${option} ${text}: a whole number of at least ${least} is expected`);
  return value;
}

/** A number from `least` up to `most`; undefined without one. Errors: `UsageError`. */
function number(text: string | undefined, option: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) throw new UsageError(`${option} ${text}: a number from ${least} to ${most} is expected`);
  return value;
}

function list(text: string | undefined): readonly string[] | undefined {
  return text?.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

function oneOf<T extends string>(text: string | undefined, option: string, names: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const found = names.find((name) => name === text);
  if (found === undefined) throw new UsageError(`${option} ${text}: ${names.join(', ')}`);
  return found;
}

/** `0.6,0.01`, or nothing for these usual ones. */
function perturbation(text: boolean | string | undefined): TrainingConfig['perturb'] {
  if (text === undefined || text === false) return undefined;
  if (text === true) return usualPerturbation;
  const [shrink = Number.NaN, noise = Number.NaN, ...rest] = text.split(',').map(Number);
  if (!(shrink >= 0 && shrink <= 1 && noise >= 0 && noise <= 1) || rest.length > 0) throw new UsageError(`--perturb ${text}: two numbers from 0 to 1, e.g. 0.6,0.01`);
  return { shrink, noise };
}

/** `none`, `balanced`, or `cup=2,ball=0.5`. */
function classWeights(text: string | undefined): ClassWeights | undefined {
  if (text === undefined || text === 'none' || text === 'balanced') return text;
  const pairs = text.split(',').map((part) => part.split('='));
  if (pairs.some(([name, value]) => !name?.trim() || !(Number(value) >= 0))) throw new UsageError(`--class-weights ${text}: none, balanced, or classes with numbers, e.g. cup=2,ball=0.5`);
  return Object.fromEntries(pairs.map(([name, value]) => [(name as string).trim(), Number(value)]));
}

/** `flip=1,hue=0` -> changes to a preset. */
function augmentChanges(text: string | undefined): Partial<AugmentationConfig> | undefined {
  if (text === undefined) return undefined;
  const pairs = text.split(',').map((part) => part.trim().split('='));
  const wrong = pairs.find(([name, value]) => !Object.hasOwn(augmentationPresets.none, name ?? '') || !value || !(Number(value) >= 0 && Number(value) <= 180));
  if (wrong) throw new UsageError(`--augment-with ${text}: names with numbers are expected, e.g. flip=1,hue=0 (${Object.keys(augmentationPresets.none).join(', ')})`);
  return Object.fromEntries(pairs.map(([name, value]) => [name, name === 'flip' ? value !== '0' : Number(value)]));
}

/** The options of the learning itself, for `train`. */
export function addTrainingOptions(command: Program): Program {
  return command
    .option('--epochs <n>')
    .option('--batch <n>')
    .option('--learning-rate <x>')
    .option('--schedule <name>', 'of the learning rate: constant, cosine (with a warm-up) or step')
    .option('--seed <n>')
    .option('--augment <strength>', 'none, light or strong')
    .option('--augment-with <changes>', `changes to it, e.g. flip=1,hue=0: ${Object.keys(augmentationPresets.none).join(', ')}`)
    .option('--patience <n>', 'stop after so many epochs without a better validation loss')
    .option('--optimizer <name>', `${optimizerNames.join(', ')} (default: adam)`)
    .option('--momentum <x>', 'of sgd (default: 0.9)')
    .option('--nesterov', 'sgd looks a step ahead')
    .option('--weight-decay <x>', 'decoupled, per step and times the learning rate (default: 0.004 for adamw, otherwise 0)')
    .option('--l1 <x>', 'regularisation of the kernels by their size')
    .option('--l2 <x>', 'regularisation of the kernels by their squares')
    .option('--clip <x>', 'longest that all gradients together may be')
    .option('--label-smoothing <x>', 'share of each answer that is spread over all classes')
    .option('--class-weights <weights>', 'none, balanced, or classes with numbers: cup=2,ball=0.5')
    .option('--balance <what>', 'what comes equally often in an epoch: none, class, background or both')
    .option('--warm-up <steps>', 'steps over which the learning rate rises')
    .option('--inherited <layers>', 'layers learnt before, with commas between: they get a share of the learning rate')
    .option('--inherited-factor <x>', 'that share (default: 0.1)')
    .option('--freeze <layers>', 'layers that stand still, with commas between')
    .option('--thaw-after <n>', 'after so many epochs the frozen layers learn, too')
    .option('--teacher <model>', 'a model whose answers are learnt, too: id, name, last or best')
    .option('--teacher-share <x>', 'its share in the loss of a labeled frame (default: 0.5)')
    .option('--temperature <x>', 'by which both answers are softened (default: 2)')
    .option('--perturb [numbers]', 'for a start that is stuck: start weights times SHRINK, plus noise (default: 0.6,0.01)')
    .option('--unlabelled', 'with a teacher: frames without a label are learnt from, too');
}

function given(draft: Draft): Partial<TrainingConfig> {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
}

/** Options -> numbers of a run; what was not said is left out. Errors: `UsageError`. */
export function trainingConfig(flags: TrainingFlags): Partial<TrainingConfig> {
  const rate = flags.learningRate === undefined ? undefined : Number(flags.learningRate);
  if (rate !== undefined && !(rate > 0)) throw new UsageError(`--learning-rate ${flags.learningRate}: a number above 0 is expected`);
  return given({
    epochs: whole(flags.epochs, '--epochs', 1),
    batchSize: whole(flags.batch, '--batch', 1),
    seed: whole(flags.seed, '--seed', 0),
    patience: whole(flags.patience, '--patience', 0),
    learningRate: rate,
    augmentation: oneOf(flags.augment, '--augment', augmentationNames),
    augment: augmentChanges(flags.augmentWith),
    schedule: oneOf(flags.schedule, '--schedule', learningRateSchedules),
    optimizer: oneOf(flags.optimizer, '--optimizer', optimizerNames),
    momentum: number(flags.momentum, '--momentum', 0, 0.9999),
    nesterov: flags.nesterov,
    weightDecay: number(flags.weightDecay, '--weight-decay', 0, 10),
    l1: number(flags.l1, '--l1', 0, 10),
    l2: number(flags.l2, '--l2', 0, 10),
    clip: number(flags.clip, '--clip', 0, 1e6),
    labelSmoothing: number(flags.labelSmoothing, '--label-smoothing', 0, 0.9999),
    classWeights: classWeights(flags.classWeights),
    balance: oneOf(flags.balance, '--balance', balances),
    warmUp: whole(flags.warmUp, '--warm-up', 0),
    inherited: list(flags.inherited),
    inheritedFactor: number(flags.inheritedFactor, '--inherited-factor', 1e-6, 1),
    frozen: list(flags.freeze),
    thawAfter: whole(flags.thawAfter, '--thaw-after', 0),
    teacher: flags.teacher,
    teacherShare: number(flags.teacherShare, '--teacher-share', 0, 1),
    temperature: number(flags.temperature, '--temperature', 0.1, 100),
    unlabelled: flags.unlabelled,
    perturb: perturbation(flags.perturb),
  });
}
