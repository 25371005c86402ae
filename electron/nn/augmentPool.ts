import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { augmentationNumbers } from '../core/augmentation';
import { augmentPicture } from './augment';

interface Part {
  readonly slot: number;
  readonly from: number;
  readonly to: number;
}

interface WorkerData {
  readonly height: number;
  readonly width: number;
  readonly batchSize: number;
  readonly input: SharedArrayBuffer;
  readonly output: SharedArrayBuffer;
  readonly numbers: SharedArrayBuffer;
}

/** What a thread does. Its text is run there: everything it uses it gets as an argument. */
function serve(threads: { parentPort: { on(event: 'message', listener: (part: Part) => void): void; postMessage(slot: number): void }; workerData: WorkerData }, change: typeof augmentPicture, count: number): void {
  const { height, width, batchSize, input, output, numbers } = threads.workerData;
  const size = height * width * 3;
  const [source, target, p, scratch] = [new Uint8Array(input), new Uint8ClampedArray(output), new Float64Array(numbers), new Int32Array(height * width)] as const;
  threads.parentPort.on('message', ({ slot, from, to }) => {
    for (let k = slot * batchSize + from; k < slot * batchSize + to; k += 1) change(source, k * size, target, k * size, height, width, p, k * count, scratch);
    threads.parentPort.postMessage(slot);
  });
}

/**
 * Threads that change the pictures of coming batches while TensorFlow trains on the present one. They share memory with
 * the caller: `input(slot)` and `numbers(slot)` are filled, `start` sets off, `done` waits, `output(slot)` holds the result.
 * Which thread does what never matters: each picture has its own numbers.
 */
export class AugmentPool {
  private readonly workers: readonly Worker[];
  private readonly data: WorkerData;
  private readonly waiting: { parts: number; resolve: () => void; reject: (error: Error) => void; promise: Promise<void> }[] = [];
  private failure: Error | null = null;

  constructor(
    private readonly height: number,
    private readonly width: number,
    private readonly batchSize: number,
    readonly slots: number,
    threads = Math.max(1, Math.min(4, availableParallelism() - 1)),
  ) {
    const bytes = slots * batchSize * height * width * 3;
    this.data = { height, width, batchSize, input: new SharedArrayBuffer(bytes), output: new SharedArrayBuffer(bytes), numbers: new SharedArrayBuffer(slots * batchSize * augmentationNumbers * 8) };
    // As text: a thread needs no file of its own, whatever the program was bundled into.
    const source = `(${serve.toString()})(require('node:worker_threads'), ${augmentPicture.toString()}, ${augmentationNumbers});`;
    this.workers = Array.from({ length: threads }, () => {
      const worker = new Worker(source, { eval: true, workerData: this.data });
      worker.on('message', (slot: number) => this.finished(slot));
      worker.on('error', (error) => this.fail(error));
      worker.unref();
      return worker;
    });
  }

  private finished(slot: number): void {
    const waiting = this.waiting[slot];
    if (waiting && (waiting.parts -= 1) === 0) waiting.resolve();
  }

  private fail(error: unknown): void {
    this.failure = error instanceof Error ? error : new Error(String(error));
    for (const waiting of this.waiting) waiting?.reject(this.failure);
  }

  private view(buffer: SharedArrayBuffer, slot: number): Uint8Array {
    const size = this.batchSize * this.height * this.width * 3;
    return new Uint8Array(buffer, slot * size, size);
  }

  /** Place for the pictures of a batch as they are. */
  input(slot: number): Uint8Array {
    return this.view(this.data.input, slot);
  }

  /** The changed pictures, once `done`. */
  output(slot: number): Uint8Array {
    return this.view(this.data.output, slot);
  }

  /** Place for the numbers of `drawAugmentation`, picture by picture. */
  numbers(slot: number): Float64Array {
    return new Float64Array(this.data.numbers, slot * this.batchSize * augmentationNumbers * 8, this.batchSize * augmentationNumbers);
  }

  /** Sets off the first `count` pictures of a slot. */
  start(slot: number, count: number): void {
    let [resolve, reject]: [() => void, (error: Error) => void] = [() => undefined, () => undefined];
    const promise = new Promise<void>((good, bad) => ([resolve, reject] = [good, bad]));
    // Nobody may be waiting when a thread fails: `done` says it then.
    promise.catch(() => undefined);
    const share = Math.ceil(count / this.workers.length);
    const parts = this.workers.map((worker, index) => ({ worker, slot, from: index * share, to: Math.min(count, (index + 1) * share) })).filter(({ from, to }) => to > from);
    this.waiting[slot] = { parts: parts.length, resolve, reject, promise };
    if (this.failure) reject(this.failure);
    for (const { worker, ...part } of parts) worker.postMessage(part);
  }

  /** Resolves when the pictures of a slot are ready. Errors: what ended a thread. */
  async done(slot: number): Promise<void> {
    const waiting = this.waiting[slot];
    if (!waiting || waiting.parts === 0) return;
    // An unreferenced thread must not let the process end while it is waited for.
    for (const worker of this.workers) worker.ref();
    await waiting.promise;
    for (const worker of this.workers) worker.unref();
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
