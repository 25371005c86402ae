import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultPreprocessing } from '../../../electron/core/architecture';
import { buildPreset } from '../../../electron/core/presets';
import { defaultTrainingConfig, type DatasetFile, type TrainingConfig } from '../../../electron/core/training';
import { freeContext } from '../../../electron/nn/context';
import { initialWeights } from '../../../electron/nn/initialWeights';
import { saveModel } from '../../../electron/nn/modelFiles';
import { tensorflow } from '../../../electron/nn/tensorflow';
import { train } from '../../../electron/nn/train';
import type { TrainRequest } from '../../../electron/nn/training/run';
import { Teacher } from '../../../electron/nn/training/teacher';
import { drawDataset } from '../../helpers/discs';
import { temporaryFolder } from '../../helpers/projects';

const tf = tensorflow();
const student = buildPreset('tiny', { height: 24, width: 24, channels: 3 }, 2);
let holder: ReturnType<typeof temporaryFolder>;
let datasetFile: string;
beforeEach(() => {
  holder = temporaryFolder();
  datasetFile = drawDataset(holder.folder);
});
afterEach(() => holder.remove());

function request(name: string, config: Partial<TrainingConfig>, over: Partial<TrainRequest> = {}): TrainRequest {
  const runFolder = join(holder.folder, name);
  mkdirSync(runFolder, { recursive: true });
  return { runFolder, startModelFolder: null, architecture: student, datasetFile, cacheFolder: join(holder.folder, 'cache'), config: { ...defaultTrainingConfig, epochs: 12, batchSize: 8, learningRate: 3e-3, ...config }, resume: false, ...over };
}

/** A teacher that sees 16 x 16 gray: it has learnt the discs. */
async function teach(): Promise<string> {
  await train(request('teacher', { epochs: 25 }, { architecture: buildPreset('tiny', { height: 16, width: 16, channels: 1 }, 2) }), freeContext());
  return join(holder.folder, 'teacher', 'best');
}

/** Takes the labels of the training frames away, but for the first `kept`. */
function unlabel(kept: number): void {
  const dataset = JSON.parse(readFileSync(datasetFile, 'utf8')) as DatasetFile;
  let seen = 0;
  writeFileSync(datasetFile, JSON.stringify({ ...dataset, examples: dataset.examples.map((example) => (example.split === 'train' && seen++ >= kept ? { ...example, classIndex: -1 } : example)) }));
}

describe('distillation', () => {
  test('from frames without labels a network of another size learns what its teacher knows', async () => {
    const teacherFolder = await teach();
    unlabel(0);
    const outcome = await train(request('student', { augmentation: 'light' }, { teacherFolder }), freeContext());
    expect(outcome.tensorsAfter).toBe(outcome.tensorsBefore);
    expect(outcome.epochs.at(-1)?.loss).toBeLessThan((outcome.epochs[0]?.loss ?? 0) / 3);
    expect(outcome.epochs.at(-1)?.validationAccuracy).toBeGreaterThanOrEqual(0.9);
    expect(outcome.epochs.every(({ accuracy }) => accuracy === 0)).toBe(true);
  });

  test('few labels and the rest by the teacher; a resumed run ends as one never interrupted', async () => {
    const teacherFolder = await teach();
    unlabel(6);
    const whole = await train(request('whole', { epochs: 5 }, { teacherFolder }), freeContext());
    expect(whole.epochs.at(-1)?.accuracy).toBeGreaterThan(0);
    const abort = new AbortController();
    await expect(train(request('cut', { epochs: 5 }, { teacherFolder }), { ...freeContext(), signal: abort.signal }, { onEpoch: ({ epoch }) => epoch === 2 && abort.abort() })).rejects.toThrow('cancelled');
    await train(request('cut', { epochs: 5 }, { teacherFolder, resume: true }), freeContext());
    const hash = (name: string): string => createHash('sha256').update(readFileSync(join(holder.folder, name, 'last', 'weights.bin'))).digest('hex');
    expect(hash('cut')).toBe(hash('whole'));
  });

  test('without a teacher frames that have no label are left out', async () => {
    unlabel(6);
    await expect(train(request('plain', { epochs: 1 }), freeContext())).resolves.toMatchObject({ kind: 'train' });
    unlabel(0);
    await expect(train(request('none', { epochs: 1 }), freeContext())).rejects.toThrow('noFrames');
  });
});

describe('a teacher', () => {
  const small = buildPreset('tiny', { height: 8, width: 8, channels: 1 }, 3);
  const save = (classNames: readonly string[]): string => {
    const folder = join(holder.folder, 'old');
    saveModel(folder, { architecture: small, weights: initialWeights(small, 3), classNames, preprocessing: defaultPreprocessing(1) });
    return folder;
  };

  test('pairs classes by name, sees the picture at its own size, and speaks alone of frames without a label', async () => {
    const folder = save(['bright', 'gone', 'dark']);
    const before = tf.memory().numTensors;
    const teacher = await Teacher.open(folder, buildPreset('tiny', { height: 16, width: 16, channels: 3 }, 2), ['dark', 'bright'], 0.5, 2);
    expect(teacher.options).toEqual({ temperature: 2, classes: [1, 0] });
    const pixels = new Uint8Array(2 * 16 * 16 * 3).map((_, k) => (k < 768 ? 200 : (Math.floor(k / 3) % 16) * 15));
    const { logits, shares } = teacher.teach(pixels, Int32Array.of(1, -1));
    expect([...shares]).toEqual([0.5, 1]);
    const own = await Teacher.open(folder, small, ['dark', 'bright'], 0.5, 2);
    const seen = own.teach(new Uint8Array(8 * 8 * 3).fill(200), Int32Array.of(0)).logits;
    // A batch of two goes through other kernels than a batch of one: the last bits differ.
    const difference = (from: number): number => Math.max(...seen.map((value, k) => Math.abs(value - (logits[from + k] as number))));
    expect(difference(0)).toBeLessThan(1e-6);
    expect(difference(2)).toBeGreaterThan(1e-3);
    teacher.dispose();
    own.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('who shares fewer than two classes is refused', async () => {
    await expect(Teacher.open(save(['bright', 'a', 'b']), student, ['dark', 'bright'], 0.5, 2)).rejects.toThrow('teacherOfOthers');
  });
});
