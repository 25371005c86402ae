import type { Architecture, Layer } from '../../../electron/core/architecture';
import { withClasses } from '../../../electron/core/head';
import { buildPreset, presetNames } from '../../../electron/core/presets';
import { countParameters, outputShapes } from '../../../electron/core/shapes';
import { addLayer, changeLayer, layerTypes, moveLayer, removeLayer } from '../../../renderer/src/architecture/edit';
import { inspect, isSound } from '../../../renderer/src/architecture/inspect';

const input = { height: 32, width: 32, channels: 3 };
const small = buildPreset('small', input, 3);
const deeper = buildPreset('deeper', input, 3);
const names = ({ layers }: Architecture): readonly string[] => layers.map(({ name }) => name);
const uid = (architecture: Architecture, name: string): string => architecture.layers.find((layer) => layer.name === name)?.uid ?? '';
const problemAt = (architecture: Architecture, name: string): string | undefined => inspect(architecture, 3).rows.find(({ layer }) => layer.name === name)?.problem?.key;

describe('editing an architecture', () => {
  it('a layer added is read by the one behind it, by nobody else', () => {
    const more = addLayer(small, 1, 'conv2d', 'new');
    expect(names(more).slice(0, 4)).toEqual(['conv1', 'pool1', 'conv4', 'conv2']);
    expect(more.layers[2]).not.toHaveProperty('inputs');
    expect(more.layers[3]).not.toHaveProperty('inputs');
    const inBlock = addLayer(deeper, names(deeper).indexOf('block1a_norm2'), 'dropout', 'new');
    expect(inBlock.layers.find(({ name }) => name === 'block1a_add')?.inputs).toEqual(['dropout1', 'pool1']);
    expect(isSound(inspect(inBlock, 3))).toBe(true);
  });

  it('in front of all, it reads the input', () => {
    const front = addLayer(small, -1, 'rescaling', 'new');
    expect(front.layers[0]).toMatchObject({ name: 'rescaling1' });
    expect(front.layers[0]).not.toHaveProperty('inputs');
    expect(isSound(inspect(front, 3))).toBe(true);
  });

  it('removing is the inverse of adding, for every preset and every kind of layer', () => {
    for (const name of presetNames) {
      const before = buildPreset(name, input, 3);
      for (const type of layerTypes) for (const after of [-1, 0, 3, before.layers.length - 2]) expect(removeLayer(addLayer(before, after, type, 'new'), 'new').layers.map((layer) => JSON.stringify({ ...layer, inputs: undefined }))).toEqual(before.layers.map((layer) => JSON.stringify({ ...layer, inputs: undefined })));
      expect(outputShapes(removeLayer(addLayer(before, 3, 'activation', 'new'), 'new'))).toEqual(outputShapes(before));
    }
  });

  it('what read a removed layer reads what it read, through a skip, too', () => {
    const less = removeLayer(deeper, uid(deeper, 'block1a_norm2'));
    expect(less.layers.find(({ name }) => name === 'block1a_add')?.inputs).toEqual(['block1a_conv2', 'pool1']);
    expect(isSound(inspect(less, 3))).toBe(true);
    expect(inspect(removeLayer(small, uid(small, 'conv1')), 3).rows[0]?.shape).toEqual([16, 16, 3]);
  });

  it('moves up and down, and back', () => {
    const down = moveLayer(small, uid(small, 'conv2'), 3);
    expect(names(down).slice(0, 5)).toEqual(['conv1', 'pool1', 'pool2', 'conv2', 'conv3']);
    expect(isSound(inspect(down, 3))).toBe(true);
    expect(moveLayer(down, uid(small, 'conv2'), 2)).toEqual(small);
    expect(moveLayer(small, uid(small, 'conv1'), -1)).toBe(small);
  });

  it('a new name goes along to those that read it', () => {
    const renamed = changeLayer(deeper, uid(deeper, 'pool1'), { name: 'stem' });
    expect(renamed.layers.find(({ name }) => name === 'block1a_add')?.inputs).toEqual(['block1a_norm2', 'stem']);
    expect(countParameters(renamed)).toEqual(countParameters(deeper));
  });

  it('the head follows the classes', () => {
    expect(withClasses(small, 7).layers.at(-1)).toMatchObject({ units: 7 });
    expect(withClasses(small, 3)).toBe(small);
    const split = { ...small, layers: [...small.layers.slice(0, -1), { ...small.layers.at(-1), activation: 'linear' } as Layer, { type: 'activation', uid: 's', name: 's', activation: 'softmax' } as Layer] };
    expect(withClasses(split, 5).layers.at(-2)).toMatchObject({ units: 5 });
  });
});

describe('looking at an architecture', () => {
  it.each(presetNames)('%s is sound, with the counts of the core', (name) => {
    const architecture = buildPreset(name, input, 3);
    const seen = inspect(architecture, 3);
    expect(isSound(seen)).toBe(true);
    expect(seen.parameters).toEqual(countParameters(architecture));
    expect(seen.rows.map(({ shape }) => shape)).toEqual([...outputShapes(architecture).values()]);
  });

  it('says what is wrong where it is wrong', () => {
    const many = [1, 2, 3, 4].reduce((architecture, number) => addLayer(architecture, 5, 'maxPooling2d', `p${number}`), small);
    expect(inspect(many, 3).rows.filter(({ problem }) => problem?.key === 'tooLarge')).toHaveLength(1);
    expect(problemAt(addLayer(small, 7, 'conv2d', 'n'), 'conv4')).toBe('noPicture');
    expect(problemAt(addLayer(small, 1, 'add', 'n'), 'add1')).toBe('twoInputs');
    const added = addLayer(small, 3, 'add', 'n');
    expect(problemAt(changeLayer(added, 'n', { inputs: ['pool1', 'pool2'] }), 'add1')).toBe('differentShapes');
    expect(problemAt(changeLayer(added, 'n', { inputs: ['pool2', 'conv3'] }), 'add1')).toBe('readsLater');
    expect(problemAt(changeLayer(small, uid(small, 'pool1'), { name: 'conv1' }), 'conv1')).toBeUndefined();
    expect(inspect(changeLayer(small, uid(small, 'pool1'), { name: 'conv1' }), 3).rows[1]?.problem?.key).toBe('nameTwice');
    expect(inspect(changeLayer(small, uid(small, 'pool1'), { name: 'a b' }), 3).rows[1]?.problem?.key).toBe('badName');
  });

  it('says what is wrong with the whole', () => {
    const keys = (architecture: Architecture, classes = 3): readonly string[] => inspect(architecture, classes).problems.map(({ key }) => key);
    expect(keys(small)).toEqual([]);
    expect(keys(small, 4)).toEqual(['wrongAnswers']);
    expect(keys({ ...small, layers: [] })).toEqual(['empty']);
    expect(keys(removeLayer(small, uid(small, 'flatten')))).toEqual(['answerPerPixel']);
    expect(keys(removeLayer(small, uid(small, 'head')))).toEqual(['wrongAnswers', 'noSoftmax']);
    expect(keys(changeLayer(small, uid(small, 'conv2'), { inputs: ['conv1'] }))).toEqual(['notRead']);
  });
});
