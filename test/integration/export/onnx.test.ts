import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { defaultPreprocessing, type Architecture, type Preprocessing } from '../../../electron/core/architecture';
import { onnxFile } from '../../../electron/nn/export/onnx/model';
import { openOnnx } from '../../../electron/nn/export/onnxRuntime';
import { GraphSession } from '../../../electron/nn/graph/session';
import { compare } from '../../helpers/networks';
import { isLively, livelyWeights, oddNetworks, presetNetworks, variedPictures } from '../../helpers/exportNetworks';
import { temporaryFolder } from '../../helpers/projects';
import { jaxPython, runPython } from '../../helpers/pythons';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const python = jaxPython();
const count = 4;

function write(name: string, architecture: Architecture, preprocessing: Preprocessing | null): string {
  const file = join(folder, `${name.replaceAll(/\W+/g, '_')}.onnx`);
  writeFileSync(file, onnxFile({
    architecture,
    weights: livelyWeights(architecture),
    sidecar: { format: 'graft-model', formatVersion: 1, name, classNames: ['кружка', 'b "quoted"', 'c'], input: architecture.input, preprocessing, preprocessingInside: false, unknownBelow: null, createdBy: 'Graft 0.1.0' },
  }));
  return file;
}

const bytesOf = (size: number): Uint8Array => Uint8Array.from(variedPictures(count, size), (value) => Math.round(value * 255));

describe('an ONNX file', () => {
  test.each([...presetNetworks, ...oddNetworks])('%s: takes pictures, answers as here', async (name, architecture) => {
    const { height, width, channels } = architecture.input;
    const preprocessing = defaultPreprocessing(channels);
    const pixels = bytesOf(height * width * 3);
    const session = await openOnnx(write(name, architecture, preprocessing), [height, width, 3]);
    const theirs = await session.predict(pixels, count);
    await session.release();
    const graph = await GraphSession.create(architecture, preprocessing, livelyWeights(architecture), false);
    const { probabilities } = graph.predict(pixels, count);
    graph.dispose();
    expect(compare(theirs, probabilities).difference).toBeLessThan(1e-5);
    expect(isLively(probabilities, count)).toBe(true);
  });

  test('another preprocessing is in the graph, too', async () => {
    const architecture = presetNetworks[0]![1];
    const preprocessing: Preprocessing = { colour: 'luma', scale: 1 / 127.5, offset: -1, resampler: 'area' };
    const pixels = bytesOf(32 * 48 * 3);
    const session = await openOnnx(write('centred', architecture, preprocessing), [32, 48, 3]);
    const theirs = await session.predict(pixels, count);
    const graph = await GraphSession.create(architecture, preprocessing, livelyWeights(architecture), false);
    expect(compare(theirs, graph.predict(pixels, count).probabilities).difference).toBeLessThan(1e-5);
    graph.dispose();
  });

  test('without a known preprocessing it takes what the first layer reads', async () => {
    const architecture = presetNetworks[1]![1];
    const pixels = variedPictures(count, 32 * 48 * 3);
    const session = await openOnnx(write('plain', architecture, null), [32, 48, 3]);
    const theirs = await session.predict(pixels, count);
    const graph = await GraphSession.create(architecture, defaultPreprocessing(3), livelyWeights(architecture), false);
    expect(compare(theirs, graph.predictFloat(pixels, count).probabilities).difference).toBeLessThan(1e-5);
    graph.dispose();
  });

  test.skipIf(python === null)('the checker of ONNX has nothing against it, and finds the class names', () => {
    const files = [...presetNetworks, ...oddNetworks].map(([name, architecture]) => write(name, architecture, defaultPreprocessing(architecture.input.channels)));
    const answers = runPython(python as string, 'onnx_check.py', files) as readonly { readonly classNames: readonly string[]; readonly opset: number }[];
    expect(answers).toHaveLength(files.length);
    for (const answer of answers) expect(answer).toMatchObject({ classNames: ['кружка', 'b "quoted"', 'c'], opset: 13 });
  });
});
