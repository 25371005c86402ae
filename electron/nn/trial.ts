import { defaultPreprocessing } from '../core/architecture';
import { buildPreset } from '../core/presets';
import { Random } from '../core/random';
import { GraphSession } from './graph/session';
import { initialWeights } from './initialWeights';
import { tensorflowVersions } from './tensorflow';

export interface TrialOutcome {
  readonly kind: 'trial';
  readonly tensorflowVersion: string;
  readonly tfjsVersion: string;
  readonly seconds: number;
  readonly lossBefore: number;
  readonly lossAfter: number;
}

/** A few training steps on a drawn problem: dark pictures against bright ones. */
export async function trial(): Promise<TrialOutcome> {
  const started = performance.now();
  const architecture = buildPreset('tiny', { height: 16, width: 16, channels: 1 }, 2);
  const session = await GraphSession.create(architecture, defaultPreprocessing(1), initialWeights(architecture, 1), true);
  try {
    const random = Random.seeded(1);
    const labels = Int32Array.from({ length: 32 }, (_, index) => index % 2);
    const pixels = new Uint8Array(32 * 16 * 16 * 3);
    labels.forEach((label, index) => {
      for (let at = 0; at < 768; at += 1) pixels[index * 768 + at] = (label ? 150 : 50) + random.below(50);
    });
    const lossBefore = session.evaluate(pixels, labels).loss;
    for (let step = 0; step < 20; step += 1) session.train(pixels, labels, 3e-3, [step, 1]);
    const lossAfter = session.evaluate(pixels, labels).loss;
    const versions = tensorflowVersions();
    return { kind: 'trial', tensorflowVersion: versions['tensorflow'] ?? '?', tfjsVersion: versions['tfjs'] ?? '?', seconds: (performance.now() - started) / 1000, lossBefore, lossAfter };
  } finally {
    session.dispose();
  }
}
