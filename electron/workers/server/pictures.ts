import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../core/errors';
import { jpegScans, pictureSize, staysAsItIs } from '../../core/pictureHead';
import type { ServeAnswer, ServeQuestion, ServedModel } from '../../ipc/serving';
import { freeContext } from '../../nn/context';
import { Predictor } from '../../nn/predict';
import { Refusal } from './refusals';

/** Bounds for pictures from outside. */
export const pictureLimits = { bytes: 16 * 1024 * 1024, pixels: 64_000_000, scans: 200, atOnce: 64, prepareAtOnce: 2 } as const;

const keptPictures = 200;
const headBytes = 256 * 1024;

/** A picture that was answered and waits for a label. */
interface Kept {
  readonly file: string;
  readonly phoneId: string;
}

export interface Answer {
  readonly scores: readonly number[];
  readonly milliseconds: number;
  /** Key for feedback; null where none is expected. */
  readonly picture: string | null;
}

/** Lets `most` at a time through, the others wait. */
function gate(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}

/** What the parent says about a picture, without the name of a file. */
function refused(error: unknown): unknown {
  if (!(error instanceof UserError) || !error.key.startsWith('predictions:')) return error;
  return error.key === 'predictions:tooLarge' ? new Refusal('tooManyPixels', { megapixels: pictureLimits.pixels / 1e6 }) : new Refusal('unreadablePicture');
}

/** Takes pictures in, asks the model about them, and keeps them for a while for the answer "no, it is …". */
export class Pictures {
  private readonly predictor = new Predictor();
  private readonly kept = new Map<string, Kept>();
  private readonly preparing = gate(pictureLimits.prepareAtOnce);
  /** One prediction after the other: the model may be exchanged in between. */
  private readonly predicting = gate(1);
  private inWork = 0;

  constructor(
    private readonly folder: string,
    private readonly model: () => ServedModel,
    private readonly ask: <K extends ServeQuestion['kind']>(question: Extract<ServeQuestion, { kind: K }>) => Promise<Extract<ServeAnswer, { kind: K }>>,
  ) {}

  /** Loads the model, so that the first picture does not wait for it. Errors: those of a model file. */
  async warmUp(): Promise<void> {
    await this.predicting(() => this.predictor.predict({ modelFolder: this.model().folder, files: [] }, freeContext()));
  }

  /** The answer of the model to a picture that comes in. `phoneId`: who may give it a label afterwards. Errors: `Refusal`. */
  async answer(body: Readable, phoneId: string | null): Promise<Answer> {
    if (this.inWork >= pictureLimits.atOnce) throw new Refusal('busy');
    this.inWork += 1;
    try {
      const received = await this.receive(body);
      const started = performance.now();
      const file = await this.prepare(received);
      try {
        const scores = await this.predict(file);
        const milliseconds = performance.now() - started;
        const picture = phoneId === null ? null : this.keep(file, phoneId);
        if (picture === null) await this.remove(file);
        return { scores, milliseconds, picture };
      } catch (error) {
        await this.remove(file);
        throw error;
      }
    } finally {
      this.inWork -= 1;
    }
  }

  /** Gives a picture that was answered its label. Errors: `Refusal` pictureGone; those of the parent. */
  async label(picture: string, phoneId: string, feedback: { readonly class: string; readonly background: string | null }): Promise<void> {
    const kept = this.kept.get(picture);
    if (!kept || kept.phoneId !== phoneId) throw new Refusal('pictureGone');
    this.kept.delete(picture);
    try {
      await this.ask({ kind: 'keep', file: kept.file, feedback });
    } catch (error) {
      this.kept.set(picture, kept);
      throw error;
    }
    await this.remove(kept.file);
  }

  dispose(): void {
    this.predictor.dispose();
  }

  private path(file: string): string {
    return join(this.folder, file);
  }

  private async remove(file: string): Promise<void> {
    await rm(this.path(file), { force: true });
  }

  /** Writes a body into a file of our own name; gives that name. */
  private async receive(body: Readable): Promise<string> {
    const file = `${randomUUID()}.part`;
    let bytes = 0;
    const bounded = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        if (bytes > pictureLimits.bytes) done(new Refusal('tooLarge', { megabytes: pictureLimits.bytes / 1024 / 1024 }));
        else done(null, chunk);
      },
    });
    try {
      await pipeline(body, bounded, createWriteStream(this.path(file), { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      await this.remove(file);
      // The sender went away, or was sent away for being slow.
      throw error instanceof Refusal ? error : new Refusal('badRequest');
    }
    return file;
  }

  /** Checks a picture before anything decodes it, and brings it into the form of a frame; gives its new name. */
  private async prepare(received: string): Promise<string> {
    try {
      const bytes = await readFile(this.path(received));
      const size = pictureSize(bytes);
      if (!size) throw new Refusal('notAPicture');
      if (size.width * size.height > pictureLimits.pixels) throw new Refusal('tooManyPixels', { megapixels: pictureLimits.pixels / 1e6 });
      if (size.format === 'jpeg' && jpegScans(bytes) > pictureLimits.scans) throw new Refusal('unreadablePicture');
      const file = `${randomUUID()}.${size.format === 'jpeg' ? 'jpg' : size.format}`;
      await rename(this.path(received), this.path(file));
      if (staysAsItIs(bytes.subarray(0, headBytes))) return file;
      try {
        return (await this.preparing(() => this.ask({ kind: 'prepare', file }))).file;
      } catch (error) {
        throw refused(error);
      } finally {
        await this.remove(file);
      }
    } catch (error) {
      await this.remove(received);
      throw error;
    }
  }

  private async predict(file: string): Promise<readonly number[]> {
    const { predictions } = await this.predicting(() => this.predictor.predict({ modelFolder: this.model().folder, files: [this.path(file)] }, freeContext()));
    const [prediction] = predictions;
    if (prediction && 'scores' in prediction) return prediction.scores;
    if (prediction?.error.key?.startsWith('predictions:')) throw new Refusal('unreadablePicture');
    throw new Error(prediction?.error.message ?? 'no prediction');
  }

  private keep(file: string, phoneId: string): string {
    const key = randomUUID();
    this.kept.set(key, { file, phoneId });
    const oldest = this.kept.size > keptPictures ? this.kept.entries().next().value : undefined;
    if (oldest) {
      this.kept.delete(oldest[0]);
      void this.remove(oldest[1].file);
    }
    return key;
  }
}
