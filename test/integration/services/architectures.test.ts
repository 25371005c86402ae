import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildPreset, presetNames } from '../../../electron/core/presets';
import { readArchitectureFile, removeArchitecture, saveArchitecture, savedArchitecture, savedArchitectures } from '../../../electron/services/architectures';
import { closeProject, createProject } from '../../../electron/services/projects';
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

test('a project keeps architectures as files that the command line reads, too', () => {
  const project = createProject(join(holder.folder, 'Kept'));
  try {
    expect(savedArchitectures(project)).toEqual([]);
    const mine = buildPreset('deeper', { height: 32, width: 32, channels: 1 }, 3);
    saveArchitecture(project, 'Моя сеть 2', mine);
    expect(savedArchitecture(project, 'Моя сеть 2')).toEqual({ ...mine, name: 'Моя сеть 2' });
    expect(readArchitectureFile(join(project.folder, 'architectures', 'Моя сеть 2.json'))).toEqual({ ...mine, name: 'Моя сеть 2' });
    writeFileSync(join(project.folder, 'architectures', 'broken.json'), '{');
    expect(savedArchitectures(project).map(({ name }) => name)).toEqual(['Моя сеть 2']);
    for (const name of ['../out', 'small', 'a/b', '', 'dot.', '.hidden']) expect(() => saveArchitecture(project, name, mine)).toThrow(/models:badArchitectureName/);
    expect(() => saveArchitecture(project, 'other', { hello: 1 })).toThrow(/models:badArchitectureFile/);
    expect(existsSync(join(holder.folder, 'out.json'))).toBe(false);
    removeArchitecture(project, 'Моя сеть 2');
    expect(savedArchitectures(project)).toEqual([]);
  } finally {
    closeProject(project);
  }
});
