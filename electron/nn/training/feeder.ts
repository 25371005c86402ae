import { augmentationNumbers, augmentationOf, drawAugmentation, type AugmentationConfig } from '../../core/augmentation';
import type { TrainingConfig } from '../../core/training';
import { AugmentPool } from '../augmentPool';
import type { PixelSource } from '../pixelCache';
import type { Examples } from './examples';

/** Batches prepared ahead of the training. */
const ahead = 3;

/** Gives the pictures of an epoch batch by batch. */
export interface Feeder {
  /** Begins an epoch (from 0) with its examples in their order. */
  begin(order: Int32Array, epoch: number): void;
  /** Pictures of the next batch, valid until the one after it is asked for; empty at the end. */
  next(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The pictures as they are. */
class PlainFeeder implements Feeder {
  private order: Int32Array = new Int32Array(0);
  private at = 0;
  private readonly batch: Uint8Array;

  constructor(
    private readonly pixels: PixelSource,
    private readonly batchSize: number,
  ) {
    this.batch = new Uint8Array(batchSize * pixels.bytesPerExample);
  }

  begin(order: Int32Array): void {
    this.order = order;
    this.at = 0;
  }

  next(): Promise<Uint8Array> {
    const indices = this.order.subarray(this.at, this.at + this.batchSize);
    const size = this.pixels.bytesPerExample;
    indices.forEach((example, k) => this.pixels.copy(example, this.batch, k * size));
    this.at += indices.length;
    return Promise.resolve(this.batch.subarray(0, indices.length * size));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Changed pictures, made by threads while the training is at the batches before. */
class AugmentingFeeder implements Feeder {
  private order: Int32Array = new Int32Array(0);
  private epoch = 0;
  private started = 0;
  private taken = 0;
  private readonly repeats = new Map<number, number>();
  private readonly batch: Uint8Array;
  private readonly pool: AugmentPool;

  constructor(
    private readonly pixels: PixelSource,
    private readonly examples: Examples,
    private readonly config: AugmentationConfig,
    private readonly seed: number,
    private readonly size: { readonly height: number; readonly width: number },
    private readonly batchSize: number,
  ) {
    this.batch = new Uint8Array(batchSize * pixels.bytesPerExample);
    this.pool = new AugmentPool(size.height, size.width, batchSize, ahead);
  }

  begin(order: Int32Array, epoch: number): void {
    this.order = order;
    this.epoch = epoch;
    this.started = this.taken = 0;
    this.repeats.clear();
    for (let slot = 0; slot < ahead; slot += 1) this.start();
  }

  private indices(batch: number): Int32Array {
    return this.order.subarray(batch * this.batchSize, (batch + 1) * this.batchSize);
  }

  private start(): void {
    const indices = this.indices(this.started);
    if (indices.length === 0) return;
    const slot = this.started % ahead;
    const [input, numbers] = [this.pool.input(slot), this.pool.numbers(slot)];
    indices.forEach((example, k) => {
      this.pixels.copy(example, input, k * this.pixels.bytesPerExample);
      const repeat = this.repeats.get(example) ?? 0;
      this.repeats.set(example, repeat + 1);
      drawAugmentation(this.config, this.seed, this.epoch, this.examples.all[example]?.frameId ?? example, repeat, this.size.height, this.size.width, numbers, k * augmentationNumbers);
    });
    this.pool.start(slot, indices.length);
    this.started += 1;
  }

  async next(): Promise<Uint8Array> {
    const count = this.indices(this.taken).length;
    const slot = this.taken % ahead;
    if (count === 0) return this.batch.subarray(0, 0);
    await this.pool.done(slot);
    const bytes = count * this.pixels.bytesPerExample;
    // TensorFlow gets memory that no thread writes to.
    this.batch.set(this.pool.output(slot).subarray(0, bytes));
    this.taken += 1;
    this.start();
    return this.batch.subarray(0, bytes);
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

/** The feeder that a run asks for. */
export function openFeeder(config: TrainingConfig, pixels: PixelSource, examples: Examples, size: { readonly height: number; readonly width: number }): Feeder {
  const augmentation = augmentationOf(config.augmentation, config.augment);
  return augmentation ? new AugmentingFeeder(pixels, examples, augmentation, config.seed, size, config.batchSize) : new PlainFeeder(pixels, config.batchSize);
}
