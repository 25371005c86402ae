import type { MigrationCheck, MigrationPlan, Reason } from './migrations';
import { Random } from './random';
import { weightSpecs } from './shapes';
import type { Architecture, Weights } from './architecture';
import { defaultTrainingConfig, type TrainingConfig } from './training';

/** What a recipe is made from. */
export interface RecipeQuestion {
  readonly plan: MigrationPlan;
  readonly check: Pick<MigrationCheck, 'grade'>;
  /** Id of the old model, as a teacher. */
  readonly sourceId: string;
  /** Training frames with a label, and frames of the project without one. */
  readonly labeled: number;
  readonly unlabelled: number;
}

/** How to train on after a migration: numbers of a run, and why, sentence by sentence. */
export interface Recipe {
  readonly config: Partial<TrainingConfig>;
  /** Layers that learn alone at first; empty where all learn from the start. */
  readonly first: readonly string[];
  readonly reasons: readonly Reason[];
}

/** With fewer labels than this, what the old model says about other frames teaches more than the labels do. */
const fewLabels = 200;
const longestWarmUp = 50;

interface Layers {
  readonly all: readonly string[];
  /** Layers that took their numbers from an old one. */
  readonly inherited: readonly string[];
  readonly inexact: readonly string[];
}

function layersOf({ plan }: RecipeQuestion): Layers {
  const rows = plan.weights.filter(({ action }) => action !== 'drop');
  const all = [...new Set(weightSpecs(plan.target.architecture).map(({ layer }) => layer))];
  return {
    all,
    inherited: all.filter((name) => rows.some(({ layer, from }) => layer === name && from !== null) && rows.every(({ layer, action }) => layer !== name || action !== 'init')),
    inexact: all.filter((name) => rows.some(({ layer, grade }) => layer === name && grade !== 'exact')),
  };
}

/** Which ends of the network a change concerns (surgical fine-tuning: Lee and others 2023). */
function changedEnds({ plan }: RecipeQuestion, all: readonly string[]): { readonly input: boolean; readonly classes: boolean; readonly layers: readonly string[] } {
  const [old, next] = [plan.source, plan.target];
  const input = JSON.stringify([old.architecture.input, old.preprocessing]) !== JSON.stringify([next.architecture.input, next.preprocessing]);
  const classes = old.classNames.join('\n') !== next.classNames.join('\n');
  const ends = [input ? all[0] : undefined, classes ? all.at(-1) : undefined].filter((name) => name !== undefined);
  return { input, classes, layers: [...new Set(ends)] };
}

function warmUpOf(epochs: number, labeled: number): number {
  const steps = epochs * Math.max(1, Math.ceil(labeled / defaultTrainingConfig.batchSize));
  return Math.min(longestWarmUp, Math.max(1, Math.round(steps / 20)));
}

/**
 * Proposes how to train on after a migration. Same answers and same classes: all layers at once, inherited ones at a tenth
 * of the rate (Chen, Goodfellow and Shlens 2016, Net2Net), with a warm-up for the empty optimizer and a cosine to the end.
 * Otherwise what is not exact learns alone first, so that it does not pull the rest along (linear probing, then
 * fine-tuning: Kumar and others 2022). Few labels: the old model teaches on frames without one (Li and Hoiem 2016).
 */
export function recipeFor(question: RecipeQuestion): Recipe {
  const { plan, check, labeled, unlabelled, sourceId } = question;
  const { all, inherited, inexact } = layersOf(question);
  const ends = changedEnds(question, all);
  const reasons: Reason[] = [];
  const say = (key: string, params: Reason['params'] = {}) => reasons.push({ key: `recipes:${key}`, params });
  const ready = plan.grade === 'exact' && check.grade === 'exact' && !ends.classes;
  const chosen = ready ? [] : all.filter((name) => inexact.includes(name) || ends.layers.includes(name));
  // Where everything is new there is nothing to protect.
  const first = chosen.length === all.length ? [] : chosen;
  const thawAfter = first.length === 0 ? 0 : first.length === 1 ? 1 : first.length * 2 > all.length ? 3 : 2;
  const epochs = ready ? 10 : 12;
  if (ready) say('exact');
  else if (first.length > 0) say('first', { layers: first.join(', '), count: thawAfter });
  else say('all');
  if (!ready && ends.input) say('input', { layer: all[0] ?? '' });
  if (!ready && ends.classes) say('classes', { layer: all.at(-1) ?? '' });
  if (inherited.length > 0) say('rates');
  const warmUp = warmUpOf(epochs, labeled);
  say('warmUp', { count: warmUp });
  if (plan.target.architecture.layers.some(({ type }) => type === 'batchNormalization')) say(ready ? 'normExact' : 'normOther');
  const shared = plan.classMap.filter((old) => old >= 0).length;
  const teaches = !ready && labeled < fewLabels && unlabelled > 0 && shared >= 2;
  if (teaches) say('teacher', { labeled, unlabelled });
  say('oldRounds');
  say('patience');
  return {
    first,
    reasons,
    config: {
      epochs,
      learningRate: defaultTrainingConfig.learningRate,
      schedule: 'cosine',
      warmUp,
      patience: 3,
      ...(inherited.length > 0 ? { inherited, inheritedFactor: 0.1 } : {}),
      ...(first.length > 0 ? { frozen: all.filter((name) => !first.includes(name)), thawAfter } : {}),
      ...(teaches ? { teacher: sourceId, unlabelled: true, teacherShare: 0.5, temperature: 2 } : {}),
    },
  };
}

/** Start weights that can learn again: `shrink` of the old ones plus normal noise of the size `noise`. */
export interface Perturbation {
  readonly shrink: number;
  readonly noise: number;
}

export const usualPerturbation: Perturbation = { shrink: 0.6, noise: 0.01 };

/**
 * Shrink and perturb (Ash and Adams 2020), for a warm start that is stuck: all weights that learn, by seed. Statistics of
 * batch normalisation stay. The answers change: nobody does this unasked.
 */
export function shrinkAndPerturb(architecture: Architecture, weights: Weights, { shrink, noise }: Perturbation, seed: number): Weights {
  const random = Random.seeded(seed, 12);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const learns = new Map(weightSpecs(architecture).map(({ name, role }) => [name, role !== 'moving_mean' && role !== 'moving_variance']));
  return new Map([...weights].map(([name, values]) => [name, learns.get(name) === true ? values.map((value) => value * shrink + normal() * noise) : values]));
}
