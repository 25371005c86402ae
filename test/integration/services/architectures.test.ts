import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildPreset, presetNames } from '../../../electron/core/presets';
import { readArchitectureFile } from '../../../electron/services/architectures';
import { temporaryFolder } from '../../helpers/projects';

const holder = temporaryFolder();
afterAll(() => holder.remove());
const file = join(holder.folder, 'a.json');
const read = (value: unknown): ReturnType<typeof readArchitectureFile> => {
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return readArchitectureFile(file);
};
const input = { height: 8, width: 8, channels: 1 };

test.each(presetNames)('preset %s comes back as it was saved', (name) => {
  const architecture = buildPreset(name, { height: 32, width: 32, channels: 3 }, 3);
  expect(read(architecture)).toEqual(architecture);
});

test('what is left out takes the usual value', () => {
  expect(read({ formatVersion: 1, input, layers: [{ type: 'conv2d', name: 'c', filters: 2, kernelSize: [3, 3] }] }).layers[0]).toEqual({ type: 'conv2d', name: 'c', uid: 'custom/c', filters: 2, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'linear', useBias: true });
});

test.each([
  ['no JSON', '{'],
  ['another file', { hello: 1 }],
  ['no layers', { formatVersion: 1, input, layers: [] }],
  ['an unknown layer', { formatVersion: 1, input, layers: [{ type: 'lstm', name: 'l' }] }],
  ['a negative width', { formatVersion: 1, input, layers: [{ type: 'dense', name: 'd', units: -3 }] }],
  ['a word for a number', { formatVersion: 1, input, layers: [{ type: 'dense', name: 'd', units: 'many' }] }],
  ['two layers of one name', { formatVersion: 1, input, layers: [{ type: 'flatten', name: 'f' }, { type: 'flatten', name: 'f' }] }],
  ['a window larger than the picture', { formatVersion: 1, input, layers: [{ type: 'maxPooling2d', name: 'p', poolSize: [9, 9], strides: [9, 9] }] }],
  ['a layer that reads what is not there', { formatVersion: 1, input, layers: [{ type: 'flatten', name: 'f', inputs: ['nobody'] }] }],
])('%s is refused with a sentence', (_name, value) => expect(() => read(value)).toThrow(/models:/));
