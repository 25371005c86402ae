import type { EpochMetrics } from '../../../electron/core/training';
import type { FrameColumns, ModelView } from '../../../electron/ipc/contract';
import { arrangeBoard, cellKey, moved } from '../../../renderer/src/clips/board';
import { sharpnessBand } from '../../../renderer/src/frames/bands';
import { countFacets, filterFromParams, paramsFromFilter, selectRows } from '../../../renderer/src/frames/filter';
import { clicked, kept, nothingSelected, stepped } from '../../../renderer/src/frames/selection';
import { buildPreset } from '../../../electron/core/presets';
import { compareStructures } from '../../../renderer/src/migration/structure';
import { familyLines } from '../../../renderer/src/models/family';
import { secondsLeft } from '../../../renderer/src/rounds/observe';
import { chosenRange, excludedRuns, frameAfter, marked, noMarks, segmentsOf } from '../../../renderer/src/timeline/timeline';
import { formatTime, honestPercent } from '../../../renderer/src/ui/format';
import { formatAddress, parseAddress } from '../../../renderer/src/ui/place';

const columns: FrameColumns = {
  ids: [10, 11, 12, 13],
  clipIds: [1, 1, 2, 2],
  timesMs: [0, 200, 0, 200],
  classIds: [1, 1, 2, -1],
  backgroundIds: [1, 1, 1, 2],
  excluded: [false, true, false, false],
  sources: Uint8Array.of(1, 3, 1, 0),
  splits: Uint8Array.of(1, 1, 2, 0),
  rounds: Uint16Array.of(1, 1, 2, 0),
  sharpness: Float32Array.of(5, 50, 500, Number.NaN),
  exposure: Float32Array.of(0.05, 0.5, 0.95, Number.NaN),
  lastAnswers: Int32Array.of(1, 2, -2, -1),
};
const everything = filterFromParams({});
const choose = (chosen: Partial<(typeof everything)['chosen']>): typeof everything => ({ ...everything, chosen: { ...everything.chosen, ...chosen } });

describe('frames', () => {
  it('a filter survives the address', () => {
    const filter = { ...choose({ class: [1, -1], use: [0], split: [0, 2], sharpness: [0] }), clip: 4, confusion: { model: 'm-1', actual: 0, predicted: 2 }, asked: { kind: 'disagree' as const, model: 'm-1', other: 'm-2' } };
    expect(filterFromParams(parseAddress(formatAddress({ place: 'frames', params: paramsFromFilter(filter) })).params)).toEqual(filter);
  });

  it('filters combine, and each is counted with the others as they are', () => {
    expect(selectRows(columns, choose({ class: [1], use: [0] }))).toEqual([0]);
    const counts = countFacets(columns, choose({ class: [1] }));
    expect(counts.of.class).toEqual(new Map([[1, 2], [2, 1], [-1, 1]]));
    expect(counts.of.background).toEqual(new Map([[1, 2]]));
    expect(counts.of.use).toEqual(new Map([[0, 1], [1, 1]]));
    expect(counts.all.background).toEqual(new Map([[1, 3], [2, 1]]));
  });

  it('are sifted by round, part, source, light and the answers of the last round', () => {
    expect(selectRows(columns, choose({ split: [2, 0] }))).toEqual([2, 3]);
    expect(selectRows(columns, choose({ source: [1], round: [2] }))).toEqual([2]);
    expect(selectRows(columns, choose({ exposure: [0, 3] }))).toEqual([0, 3]);
    expect(selectRows(columns, choose({ last: [1] }))).toEqual([1, 2]);
    expect(countFacets(columns, choose({ last: [1], split: [1] })).of.last).toEqual(new Map([[0, 1], [1, 1]]));
  });

  it('the blurriest and the sharpest tenth are those of the project', () => {
    const bands = sharpnessBand(Float32Array.from({ length: 101 }, (_, index) => (index === 100 ? Number.NaN : index * index)));
    expect([0, 1, 2, 3].map((band) => bands.filter((value) => value === band).length)).toEqual([10, 80, 10, 1]);
    expect([...sharpnessBand(Float32Array.of(7, 7, 7))]).toEqual([1, 1, 1]);
  });

  it('are chosen by click, shift and ctrl', () => {
    const order = [10, 11, 12, 13];
    const first = clicked(nothingSelected, order, 11, { shift: false, toggle: false });
    expect([...clicked(first, order, 13, { shift: true, toggle: false }).ids]).toEqual([11, 12, 13]);
    expect([...clicked(first, order, 11, { shift: false, toggle: true }).ids]).toEqual([]);
    expect([...stepped(first, order, -5, true).ids]).toEqual([10, 11]);
  });

  it('the focus falls to the next frame when the focused one leaves', () => {
    const selection = clicked(nothingSelected, [10, 11, 12], 11, { shift: false, toggle: false });
    expect(kept(selection, [10, 11, 12], [10, 12])).toEqual({ ids: new Set([12]), focus: 12, anchor: 12 });
    expect(kept(selection, [11], []).focus).toBeNull();
  });
});

describe('timeline', () => {
  it('frames of one class in a row are a segment', () => {
    expect(segmentsOf(columns)).toEqual([{ from: 0, to: 1, classId: 1 }, { from: 2, to: 2, classId: 2 }, { from: 3, to: 3, classId: -1 }]);
    expect(excludedRuns(columns).map(({ from, to }) => [from, to])).toEqual([[1, 1]]);
  });

  it('a mark on the wrong side of the other takes its place', () => {
    const both = marked(marked(noMarks, 'from', 2), 'to', 5);
    expect(chosenRange(both, 9)).toEqual({ from: 2, to: 5, isSegment: true });
    expect(marked(both, 'from', 6)).toEqual({ from: 6, to: null });
    expect(marked(both, 'to', 1)).toEqual({ from: null, to: 1 });
    expect(chosenRange(marked(both, 'to', 1), 9)).toEqual({ from: 9, to: 9, isSegment: false });
  });

  it('plays at the times of the frames', () => {
    const times = [0, 40, 200, 240];
    expect([0, 39, 40, 199, 200, 1000].map((elapsed) => frameAfter(times, 0, elapsed))).toEqual([0, 0, 1, 1, 2, 3]);
    expect(frameAfter(times, 2, 30)).toBe(2);
  });
});

describe('board', () => {
  it('gathers clips without class in a row of their own', () => {
    const clip = { classId: null, backgroundId: 1 } as Parameters<typeof arrangeBoard>[2][number];
    const names = [{ id: 1, name: 'plain', colour: '#fff', hidden: false, frames: 0 }];
    const board = arrangeBoard([], names, [clip]);
    expect(board.rows).toHaveLength(1);
    expect(board.cells.get(cellKey(-1, 1))).toEqual([clip]);
  });

  it('moves a name and stops at the ends', () => {
    expect(moved([1, 2, 3], 3, -1)).toEqual([1, 3, 2]);
    expect(moved([1, 2, 3], 1, -1)).toEqual([1, 2, 3]);
  });
});

describe('numbers', () => {
  it('only a whole share reads as 100 %', () => {
    expect(honestPercent(0.9999, 1)).toBeCloseTo(0.999);
    expect(honestPercent(1, 1)).toBe(1);
    expect(honestPercent(0.0001, 1)).toBeCloseTo(0.001);
  });

  it('a time in a clip', () => {
    expect(formatTime(65_200)).toBe('1:05.2');
  });
});

describe('curves', () => {
  const epoch = (number: number, loss: number, validationLoss: number | null): EpochMetrics => ({ epoch: number, loss, accuracy: 0.5, validationLoss, validationAccuracy: null, seconds: 2 });

  it('say how long it takes', () => {
    expect(secondsLeft([epoch(1, 1, 1), epoch(2, 1, 1)], 5)).toBe(6);
    expect(secondsLeft([], 5)).toBeNull();
  });
});

describe('models', () => {
  it('children stand under their parents, orphans at the root', () => {
    const model = (id: string, parentId: string | null, createdAt: string) => ({ id, parentId, createdAt }) as ModelView;
    const lines = familyLines([model('c', 'a', '3'), model('a', null, '1'), model('b', 'a', '2'), model('x', 'gone', '0')]);
    expect(lines.map(({ model: { id }, depth }) => `${id}${depth}`)).toEqual(['x0', 'a0', 'b1', 'c1']);
  });
});

describe('structures', () => {
  const small = buildPreset('small', { height: 64, width: 64, channels: 1 }, 3);

  it('the same layers are beside one another, unchanged', () => {
    expect(compareStructures(small, small).every(({ change }) => change === 'same')).toBe(true);
  });

  it('a layer stays beside itself through a new name; others are new or gone', () => {
    const [first, ...rest] = small.layers as [(typeof small.layers)[number], ...(typeof small.layers)[number][]];
    const flat = { uid: 'x', name: 'noise', type: 'dropout' as const, rate: 0.1 };
    const changed = compareStructures(small, { ...small, layers: [flat, { ...first, name: 'other' }, ...rest] });
    expect(changed.slice(0, 3).map(({ before, after, change }) => [before?.name ?? null, after?.name ?? null, change])).toEqual([['input', 'input', 'same'], [null, 'noise', 'new'], [first.name, 'other', 'same']]);
    expect(compareStructures({ ...small, layers: [flat, ...small.layers] }, small).find(({ change }) => change === 'gone')?.before?.name).toBe('noise');
  });
});
