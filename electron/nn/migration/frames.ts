import type { Architecture, Layer, Preprocessing, Weights } from '../../core/architecture';
import { endsInOneSigmoid } from '../../core/head';
import type { MigrationPlan } from '../../core/migrations';
import { GraphSession } from '../graph/session';
import type { PixelSource } from '../pixelCache';
import { asPromised, oldView } from './views';

/** uint8 RGB pixels of `count` pictures -> what the first layer reads, in float64. */
export function preprocess(pixels: Uint8Array, preprocessing: Preprocessing, channels: number): Float64Array {
  const count = pixels.length / 3;
  const { scale, offset } = preprocessing;
  const result = new Float64Array(count * channels);
  for (let index = 0; index < count; index += 1) {
    const at = index * 3;
    if (preprocessing.colour === 'luma') result[index * channels] = (0.299 * (pixels[at] as number) + 0.587 * (pixels[at + 1] as number) + 0.114 * (pixels[at + 2] as number)) * scale + offset;
    else for (let channel = 0; channel < 3 && channel < channels; channel += 1) result[index * channels + channel] = (pixels[at + channel] as number) * scale + offset;
  }
  return result;
}

/** Some frames as the new model sees them, and as the old model would have seen the same ones. */
export interface FramePair {
  readonly count: number;
  readonly pictures: Float32Array;
  readonly views: Float32Array;
}

/** Reads readable frames for both models. */
export function framePair(plan: MigrationPlan, newPixels: PixelSource, indices: readonly number[]): FramePair {
  const sizeOf = ({ input }: Architecture): number => input.height * input.width * input.channels;
  const [size, oldSize] = [sizeOf(plan.target.architecture), sizeOf(plan.source.architecture)];
  const bytes = new Uint8Array(indices.length * newPixels.bytesPerExample);
  indices.forEach((index, k) => newPixels.copy(index, bytes, k * newPixels.bytesPerExample));
  const pictures = preprocess(bytes, plan.target.preprocessing, plan.target.architecture.input.channels);
  if (plan.oldPictures?.pixels === 'repeated') indices.forEach((_, k) => pictures.set(asPromised(pictures.slice(k * size, (k + 1) * size), plan), k * size));
  const views = new Float32Array(indices.length * oldSize);
  indices.forEach((_, k) => views.set(oldView(pictures.subarray(k * size, (k + 1) * size), plan), k * oldSize));
  return { count: indices.length, pictures: new Float32Array(pictures), views };
}

/** At most `most` of `count` frames, evenly spread, without the unreadable ones. */
export function spreadFrames(count: number, most: number, unreadable: ReadonlySet<number>): readonly number[] {
  const readable = Array.from({ length: count }, (_, index) => index).filter((index) => !unreadable.has(index));
  const step = Math.max(1, readable.length / most);
  return Array.from({ length: Math.min(most, readable.length) }, (_, k) => readable[Math.floor(k * step)] as number);
}

/** The network up to a layer; `linear`: that layer without its activation. */
function cut(architecture: Architecture, name: string, linear: boolean): Architecture {
  const end = architecture.layers.findIndex((layer) => layer.name === name);
  const layers = architecture.layers.slice(0, end + 1);
  const last = layers[end] as Layer;
  // A hidden layer that looks like a head is none.
  const hidden: readonly Layer[] = !linear && end < architecture.layers.length - 1 && endsInOneSigmoid({ ...architecture, layers }) ? [{ type: 'activation', activation: 'linear', uid: 'cut here', name: 'cut here' }] : [];
  return { ...architecture, layers: [...layers.slice(0, end), linear && 'activation' in last ? { ...last, activation: 'linear' } : last, ...hidden] };
}

/** A model cut off behind one of its layers, run on pictures batch by batch. */
export class CutModel {
  private constructor(private readonly session: GraphSession) {}

  static async open(architecture: Architecture, preprocessing: Preprocessing, weights: Weights, layer: string, linear: boolean): Promise<CutModel> {
    return new CutModel(await GraphSession.create(cut(architecture, layer, linear), preprocessing, weights, false));
  }

  /** What the layer gives for `count` pictures, row-major. */
  run(pictures: Float32Array, count: number): Float32Array {
    return this.session.predictFloat(pictures, count).logits;
  }

  dispose(): void {
    this.session.dispose();
  }
}
