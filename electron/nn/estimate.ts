import { defaultPreprocessing, type Architecture } from '../core/architecture';
import { freeze } from '../core/frozenLayers';
import { Random } from '../core/random';
import { phaseAt, type TrainingConfig } from '../core/training';
import { breathe, type NnContext } from './context';
import { GraphSession } from './graph/session';
import { initialWeights } from './initialWeights';
import { trainingOptions } from './training/options';

export interface EstimateOutcome {
  readonly kind: 'estimate';
  readonly imagesPerSecond: number;
  readonly judgedPerSecond: number;
}

const seconds = 1.6;
const judgedSeconds = 0.4;
const validationBatch = 128;
/** The first steps build the graph and its memory. */
const warmUpSteps = 2;

/** Runs `step` (which handles `images` pictures) until the time is over, after some that do not count; pictures a second. */
async function pace(step: () => void, images: number, length: number, context: NnContext): Promise<number> {
  for (let at = 0; at < warmUpSteps; at += 1) step();
  const started = performance.now();
  let done = 0;
  while (done === 0 || performance.now() - started < length * 1000) {
    step();
    done += 1;
    await breathe(context);
  }
  return (done * images) / ((performance.now() - started) / 1000);
}

/** How fast such a training goes here, measured on noise in a batch of its size. Errors: `models:*`, `training:*`, `CancelledError`. */
export async function estimate(request: { readonly architecture: Architecture; readonly config: TrainingConfig; readonly classNames: readonly string[] }, context: NnContext): Promise<EstimateOutcome> {
  const { architecture, config, classNames } = request;
  const { height, width, channels } = architecture.input;
  const options = trainingOptions(config, classNames, classNames.map(() => 1));
  const session = await GraphSession.create(freeze(architecture, phaseAt(config, 0).frozen), defaultPreprocessing(channels), initialWeights(architecture, config.seed), options);
  try {
    const random = Random.seeded(1);
    const most = Math.max(config.batchSize, validationBatch);
    const pixels = Uint8Array.from({ length: most * height * width * 3 }, () => random.below(256));
    const labels = Int32Array.from({ length: most }, (_, index) => index % classNames.length);
    const part = (count: number): readonly [Uint8Array, Int32Array] => [pixels.subarray(0, count * height * width * 3), labels.subarray(0, count)];
    const [trained, judged] = [part(config.batchSize), part(validationBatch)];
    // Rate 0: noise teaches nothing, and must not drive the weights out of the range in which arithmetic is fast.
    const imagesPerSecond = await pace(() => session.train(...trained, 0, [1, 1]), config.batchSize, seconds, context);
    const judgedPerSecond = await pace(() => session.evaluate(...judged), validationBatch, judgedSeconds, context);
    return { kind: 'estimate', imagesPerSecond, judgedPerSecond };
  } finally {
    session.dispose();
  }
}
