import type { Architecture, Layer } from '../../../electron/core/architecture';
import { buildPreset } from '../../../electron/core/presets';
import { outputShapes } from '../../../electron/core/shapes';
import { canMove, canRemove, edited, insertTypes } from '../../../renderer/src/architecture/editor';
import { liveShapes } from '../../../renderer/src/architecture/liveShapes';

const small = buildPreset('small', { height: 32, width: 32, channels: 1 }, 3);
const names = ({ layers }: Architecture): readonly string[] => layers.map(({ name }) => name);
const conv = (name: string, inputs?: readonly string[]): Layer => ({ type: 'conv2d', uid: `u/${name}`, name, filters: 4, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'relu', useBias: true, ...(inputs ? { inputs } : {}) });
const branched: Architecture = {
  formatVersion: 1,
  name: 'branched',
  input: { height: 16, width: 16, channels: 3 },
  layers: [conv('a'), conv('b'), { type: 'add', uid: 'u/sum', name: 'sum', inputs: ['a', 'b'] }, { type: 'globalAveragePooling2d', uid: 'u/mean', name: 'mean' }, { type: 'dense', uid: 'u/head', name: 'head', units: 3, activation: 'softmax', useBias: true }],
};

describe('editing a network', () => {
  it('changes fields of a layer, and only those that it has', () => {
    const wider = edited(small, { kind: 'change', layer: 'conv2', part: { filters: 48, kernelSize: [5, 5], rate: 0.5 } });
    expect(wider.layers[2]).toEqual({ ...small.layers[2], filters: 48, kernelSize: [5, 5] });
    expect(liveShapes(wider).layers.get('conv2')).toMatchObject({ outputShape: [16, 16, 48], parameters: 5 * 5 * 16 * 48 + 48 });
  });

  it('puts in every kind of layer where a picture is, with a name and a lineage of its own', () => {
    for (const type of insertTypes) {
      const more = edited(small, { kind: 'insert', after: 'pool1', type }, ['new/conv_1_1']);
      const added = more.layers[2] as Layer;
      expect(added.type).toBe(type);
      expect(small.layers.some(({ uid, name }) => uid === added.uid || name === added.name)).toBe(false);
      expect(added.uid).not.toBe('new/conv_1_1');
      expect(liveShapes(more).layers.has(added.name)).toBe(true);
    }
    const front = edited(small, { kind: 'insert', after: null, type: 'conv2d' });
    expect(front.layers[0]).toMatchObject({ type: 'conv2d', filters: 1 });
  });

  it('takes layers out and moves them, and the branches still meet', () => {
    expect(names(edited(small, { kind: 'remove', layer: 'pool2' }))).not.toContain('pool2');
    const down = edited(small, { kind: 'move', layer: 'conv2', by: 1 });
    expect(names(down).slice(1, 5)).toEqual(['pool1', 'pool2', 'conv2', 'conv3']);
    expect(names(edited(down, { kind: 'move', layer: 'conv2', by: -1 }))).toEqual(names(small));
    expect(edited(branched, { kind: 'remove', layer: 'b' }).layers.find(({ name }) => name === 'sum')?.inputs).toEqual(['a', 'a']);
    const between = edited(branched, { kind: 'insert', after: 'a', type: 'batchNormalization' });
    expect(between.layers.find(({ name }) => name === 'sum')?.inputs).toEqual(['norm_1', 'b']);
    expect(() => outputShapes(between)).not.toThrow();
    expect(canMove(branched, 'b', 1)).toBe(false);
    expect(canRemove(branched, 'sum')).toBe(false);
    expect(canMove(small, 'conv1', -1)).toBe(false);
  });

  it('renames with all that read it; a name that is taken or cannot be changes nothing', () => {
    const renamed = edited(branched, { kind: 'rename', layer: 'a', name: 'stem' });
    expect(renamed.layers[0]).toMatchObject({ name: 'stem', uid: 'u/a' });
    expect(renamed.layers[2]?.inputs).toEqual(['stem', 'b']);
    expect(names(edited(branched, { kind: 'rename', layer: 'a', name: 'b' }))).toEqual(names(branched));
    expect(names(edited(branched, { kind: 'rename', layer: 'a', name: 'no space' }))).toEqual(names(branched));
  });

  it('says in words what does not fit, and still gives the shapes before it', () => {
    const flat = edited(small, { kind: 'insert', after: 'flatten', type: 'conv2d' });
    expect(liveShapes(flat).problem).toMatchObject({ layer: 'conv_1', key: 'layers:problem.needsPicture' });
    expect(liveShapes(flat).layers.get('flatten')?.outputShape).toEqual([1024]);
    const large = edited(edited(small, { kind: 'change', layer: 'conv3', part: { padding: 'valid', kernelSize: [9, 9] } }), { kind: 'change', layer: 'pool2', part: {} });
    expect(liveShapes(large).problem).toMatchObject({ layer: 'conv3', key: 'layers:problem.windowTooLarge' });
    const unlike = edited(branched, { kind: 'change', layer: 'b', part: { filters: 5 } });
    expect(liveShapes(unlike).problem).toMatchObject({ layer: 'sum', key: 'layers:problem.inputsDiffer' });
    expect(liveShapes(small).problem).toBeNull();
    expect(liveShapes(small).parameters).toBe(small.layers.reduce((sum, { name }) => sum + (liveShapes(small).layers.get(name)?.parameters ?? 0), 0));
  });
});
