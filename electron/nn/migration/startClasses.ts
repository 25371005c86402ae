import type { DenseLayer, Weights } from '../../core/architecture';
import { newClassColumn } from '../../core/migration/newClass';
import type { MigrationPlan, NewClassMethod, NewClassResult } from '../../core/migrations';
import { layerInputs } from '../../core/shapes';
import type { DatasetExample } from '../../core/training';
import { breathe, type NnContext } from '../context';
import type { PixelSource } from '../pixelCache';
import { CutModel, framePair, spreadFrames } from './frames';

/** More frames than this do not make a column better. */
const most = 400;
const batch = 32;

/** Frames as the new model sees them. */
export interface SeenFrames {
  readonly pixels: PixelSource;
  readonly examples: readonly DatasetExample[];
}

/**
 * Starts the new classes that have labeled frames: a column of the head from what reaches it on training frames of the
 * class and on frames of the old ones. All other columns stay. How many of its validation frames are then answered
 * right is measured; the old classes are measured with everything else.
 * @param labeled frames of the new classes; `classIndex` counts in the new model
 */
export async function startClasses(plan: MigrationPlan, weights: Weights, known: SeenFrames, labeled: SeenFrames | null, context: NnContext): Promise<{ readonly weights: Weights; readonly results: readonly NewClassResult[] }> {
  const starts = (plan.newClasses ?? []).filter(({ method, frames }) => method !== 'silent' && frames > 0);
  const head = plan.target.architecture.layers.findLast((layer): layer is DenseLayer => layer.type === 'dense');
  const reads = head && layerInputs(plan.target.architecture).get(head.name)?.[0];
  if (starts.length === 0 || !labeled || !head?.useBias || !reads) return { weights, results: [] };
  const model = await CutModel.open(plan.target.architecture, plan.target.preprocessing, weights, reads, false);
  try {
    const see = async (frames: SeenFrames, indices: readonly number[]): Promise<Float64Array> => {
      const parts: Float32Array[] = [];
      for (let at = 0; at < indices.length; at += batch) {
        const { pictures, count } = framePair(plan, frames.pixels, indices.slice(at, at + batch));
        parts.push(model.run(pictures, count));
        await breathe(context);
      }
      return Float64Array.from(parts.flatMap((part) => [...part]));
    };
    const oldFeatures = await see(known, spreadFrames(known.examples.length, most, known.pixels.unreadable));
    const [kernel, bias] = [Float32Array.from(weights.get(`${head.name}/kernel`) as Float32Array), Float32Array.from(weights.get(`${head.name}/bias`) as Float32Array)];
    const width = kernel.length / head.units;
    const ready = plan.classMap.flatMap((old, next) => (old >= 0 ? [next] : []));
    const results: NewClassResult[] = [];
    for (const start of starts) {
      const column = plan.target.classNames.indexOf(start.name);
      const of = (split: string): readonly number[] => labeled.examples.flatMap((example, k) => (example.classIndex === column && (example.split === split) && !labeled.pixels.unreadable.has(k) ? [k] : [])).slice(0, most);
      const newFeatures = await see(labeled, of('train'));
      if (newFeatures.length === 0) continue;
      const question = { kernel: pickColumns(kernel, head.units, ready), bias: Float64Array.from(ready, (k) => bias[k] as number), width, newFeatures, oldFeatures };
      const write = (method: NewClassMethod): void => {
        const made = newClassColumn(question, method);
        for (let k = 0; k < width; k += 1) kernel[k * head.units + column] = made.kernel[k] as number;
        bias[column] = made.bias;
      };
      write(start.method);
      // A mean that does not win its own frames lies among the old classes: only a fit can find what is new.
      const lost = start.method === 'imprint' && won(newFeatures, kernel, bias, column) < newFeatures.length / width / 2;
      if (lost) write('logistic');
      ready.push(column);
      const tests = await see(labeled, of('validation'));
      const tested = tests.length / width;
      results.push({ ...start, method: lost ? 'logistic' : start.method, frames: newFeatures.length / width, tested, recall: tested > 0 ? won(tests, kernel, bias, column) / tested : null });
    }
    return { weights: new Map([...weights, [`${head.name}/kernel`, kernel], [`${head.name}/bias`, bias]]), results };
  } finally {
    model.dispose();
  }
}

function pickColumns(kernel: Float32Array, units: number, chosen: readonly number[]): Float64Array {
  const rows = kernel.length / units;
  return Float64Array.from({ length: rows * chosen.length }, (_, i) => kernel[Math.floor(i / chosen.length) * units + (chosen[i % chosen.length] as number)] as number);
}

/** Rows in which a column has the largest sum. */
function won(features: Float64Array, kernel: Float32Array, bias: Float32Array, column: number): number {
  const [units, width] = [bias.length, kernel.length / bias.length];
  let count = 0;
  for (let row = 0; row < features.length / width; row += 1) {
    const sums = Float64Array.from(bias);
    for (let k = 0; k < width; k += 1) for (let u = 0; u < units; u += 1) sums[u] = (sums[u] as number) + (features[row * width + k] as number) * (kernel[k * units + u] as number);
    if (sums.every((sum, u) => u === column || sum < (sums[column] as number))) count += 1;
  }
  return count;
}
