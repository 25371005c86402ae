import { join } from 'node:path';
import { epochOrder } from '../../core/epochOrder';
import { UserError } from '../../core/errors';
import { phaseRateAt, type EpochMetrics } from '../../core/training';
import { breathe, type NnContext } from '../context';
import { saveModel } from '../modelFiles';
import type { Run, TrainEvents } from './run';

const validationBatch = 128;
const mostLoss = 1e6;

/** One pass over the training frames. Errors: `training:notANumber`, `CancelledError`. */
export async function trainEpoch(run: Run, context: NnContext, events: TrainEvents = {}): Promise<{ readonly loss: number; readonly accuracy: number; readonly seconds: number }> {
  const { config } = run.request;
  const order = epochOrder(run.examples.train, run.examples.all, config.balance ?? 'none', run.random);
  run.feeder.begin(order, run.epoch);
  const started = performance.now();
  const steps = Math.ceil(order.length / config.batchSize);
  let [loss, correct, labelled, lastReport, told, toldAt] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < order.length; at += config.batchSize) {
    const rate = phaseRateAt(config, run.epoch, at / config.batchSize, steps);
    const indices = order.subarray(at, at + config.batchSize);
    const classes = indices.map((example) => run.examples.labels[example] as number);
    const pictures = await run.feeder.next();
    const step = run.session.train(pictures, classes, rate, [run.random.next32() | 0, run.epoch], run.teacher?.teach(pictures, classes) ?? null);
    // Far beyond what any answer can cost: it has diverged, and will not come back.
    if (!(step.loss < mostLoss)) throw new UserError('training:notANumber', { epoch: run.epoch + 1, rate: config.learningRate, lower: config.learningRate / 10 });
    loss += step.loss * indices.length;
    correct += step.correct;
    labelled += classes.reduce((sum, label) => sum + (label >= 0 ? 1 : 0), 0);
    const now = performance.now();
    if (now - lastReport > 150) {
      lastReport = now;
      const inEpoch = Math.min(1, (at + indices.length) / order.length);
      const value = (run.epoch + inEpoch) / config.epochs;
      const perEpoch = run.history.length > 0 ? run.history.reduce((sum, { seconds }) => sum + seconds, 0) / run.history.length : (now - started) / 1000 / inEpoch;
      const done = at + indices.length;
      events.onLoss?.(run.epoch + inEpoch, (loss - told) / (done - toldAt));
      [told, toldAt] = [loss, done];
      context.report({ value, title: 'training:epochOf', params: { epoch: run.epoch + 1, epochs: config.epochs, speed: Math.round(done / ((now - started) / 1000)) }, etaSeconds: perEpoch * (config.epochs - run.epoch - inEpoch) });
    }
    await breathe(context);
  }
  const seconds = (performance.now() - started) / 1000;
  run.imagesPerSecond.push(order.length / seconds);
  return { loss: loss / order.length, accuracy: labelled > 0 ? correct / labelled : 0, seconds };
}

function fillBatch(run: Run, indices: Int32Array, batch: Uint8Array, labels: Int32Array): void {
  const size = run.pixels.bytesPerExample;
  indices.forEach((example, at) => {
    run.pixels.copy(example, batch, at * size);
    labels[at] = run.examples.labels[example] as number;
  });
}

/** Loss and accuracy on the validation frames; null without any. */
export async function validate(run: Run, context: NnContext): Promise<{ readonly loss: number; readonly accuracy: number } | null> {
  const { validation } = run.examples;
  if (validation.length === 0) return null;
  const size = run.pixels.bytesPerExample;
  const batch = new Uint8Array(validationBatch * size);
  const labels = new Int32Array(validationBatch);
  let [loss, correct] = [0, 0];
  for (let at = 0; at < validation.length; at += validationBatch) {
    const indices = validation.subarray(at, at + validationBatch);
    fillBatch(run, indices, batch, labels);
    const result = run.session.evaluate(batch.subarray(0, indices.length * size), labels.subarray(0, indices.length));
    loss += result.loss * indices.length;
    correct += result.correct;
    await breathe(context);
  }
  return { loss: loss / validation.length, accuracy: correct / validation.length };
}

/** Counts an epoch, keeps the best model and a checkpoint. */
export function finishEpoch(run: Run, trained: Awaited<ReturnType<typeof trainEpoch>>, validated: Awaited<ReturnType<typeof validate>>, events: TrainEvents): void {
  run.epoch += 1;
  const metrics: EpochMetrics = { epoch: run.epoch, loss: trained.loss, accuracy: trained.accuracy, validationLoss: validated?.loss ?? null, validationAccuracy: validated?.accuracy ?? null, seconds: trained.seconds };
  run.history.push(metrics);
  const judged = validated?.loss ?? trained.loss;
  const best = judged < run.bestLoss;
  if (best) {
    run.bestLoss = judged;
    run.bestEpoch = run.epoch;
    saveModel(join(run.request.runFolder, 'best'), run.model);
  }
  run.save();
  events.onEpoch?.(metrics, best);
  events.onCheckpoint?.(run.epoch);
}
