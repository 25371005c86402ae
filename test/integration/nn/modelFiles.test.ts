import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { UserError } from '../../../electron/core/errors';
import { readModelFile } from '../../../electron/nn/files/readModelFile';
import { parseNpy } from '../../../electron/nn/files/npy';
import { GraphSession } from '../../../electron/nn/graph/session';
import { realData } from '../../helpers/shared';

interface Reference {
  readonly file: string;
  readonly architecture?: string;
  readonly expected: 'agree' | 'refuse';
  readonly parameters?: { readonly total: number; readonly trainable: number };
  readonly input: string;
  readonly output: string;
  readonly outputShape: readonly (readonly number[])[];
  readonly layers: readonly (readonly [string, string, readonly (number | null)[], number])[];
}

const folder = realData('models');
const references = folder ? (JSON.parse(readFileSync(join(folder, 'reference', 'reference.json'), 'utf8')) as Reference[]) : [];

describe.skipIf(!folder)('published model files', () => {
  test.each(references.filter(({ expected }) => expected === 'agree').map((reference) => [reference.file, reference] as const))('%s answers as the program that wrote it', async (_file, reference) => {
    const model = await readModelFile(join(folder!, reference.file));
    expect(model.facts.parameters).toEqual({ total: reference.parameters!.total, trainable: reference.parameters!.trainable });
    const [input, output] = [reference.input, reference.output].map((name) => parseNpy(readFileSync(join(folder!, 'reference', name)), name)) as [ReturnType<typeof parseNpy>, ReturnType<typeof parseNpy>];
    const session = await GraphSession.create(model.architecture, model.preprocessing, model.weights, false);
    const { probabilities } = session.predictFloat(input.values, input.shape[0]!);
    session.dispose();
    expect(probabilities.length).toBe(output.values.length);
    const largest = output.values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const difference = output.values.reduce((most, value, index) => Math.max(most, Math.abs(value - probabilities[index]!)), 0);
    expect(difference / largest).toBeLessThan(1e-5);
    const own = new Map(model.facts.layers.map((layer) => [layer.name, layer]));
    for (const [name, type, shape, parameters] of reference.layers) {
      if (type === 'InputLayer' || type === 'Sequential' || !own.has(name)) continue;
      expect({ name, shape: own.get(name)!.outputShape, parameters: own.get(name)!.parameters }).toEqual({ name, shape: shape.slice(1), parameters });
    }
  });

  test('a text model and one with custom layers are refused layer by layer', async () => {
    for (const [file, count, key] of [['keras/keras2.1.3_conv1d_text.h5', 4, 'models:layerSequence'], ['keras/keras3.14.1_qkeras_custom_layers.keras', 7, 'models:layerCustom']] as const) {
      const error: UserError = await readModelFile(join(folder!, file)).then(() => { throw new Error('it was read'); }, (reason: UserError) => reason);
      expect(error.key).toBe('models:fileRefused');
      expect(error.details.length).toBeGreaterThanOrEqual(count - 1);
      expect(error.details.some((detail) => detail.key === key)).toBe(true);
    }
  });

  test('Teachable Machine: labels and scaling are known', async () => {
    const { facts, classNames } = await readModelFile(join(folder!, 'tfjs/teachable_machine_3_toys'));
    expect(classNames).toEqual(['Chopper', 'Conejo', 'Spidey']);
    expect(facts).toMatchObject({ format: 'tfjs', source: 'teachableMachine', preprocessingKnown: true, trainable: true });
    expect(facts.preprocessing).toMatchObject({ scale: 1 / 127.5, offset: -1 });
  });
});
