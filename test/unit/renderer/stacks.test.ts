import { coveredPlaces } from '../../../renderer/src/frames/rubberBand';
import { framesOfTiles, likenessOf, stackTiles, thinned } from '../../../renderer/src/frames/stacks';

const columns = {
  ids: [1, 2, 3, 4, 5, 6],
  excluded: [false, false, false, true, false, false],
  sharpness: Float32Array.of(5, 9, 7, 100, Number.NaN, 3),
  splits: Uint8Array.of(1, 1, 2, 2, 0, 1),
};
const found = { frames: Float64Array.of(1, 3, 4, 2, 6), stacks: Int32Array.of(0, 0, 0, 1, 1) };
const likeness = likenessOf(columns, found);
const rows = [0, 1, 2, 3, 4, 5];

describe('stacks of near-duplicates', () => {
  it('are known row by row, and reach across only with frames that count', () => {
    expect([...likeness.stacks]).toEqual([0, 1, 0, 0, -1, 1]);
    expect([...likeness.across]).toEqual([1, 0, 1, 1, 0, 0]);
    expect([...likenessOf({ ...columns, excluded: [true, false, false, true, false, false] }, found).across]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('are shown as their sharpest frame that counts, or opened in place', () => {
    const closed = stackTiles(columns, rows, likeness, new Set());
    expect(closed.order).toEqual([3, 2, 5]);
    expect(closed.stacks.get(3)).toMatchObject({ best: 3, ids: [1, 3, 4], open: false });
    expect(stackTiles(columns, rows, likeness, new Set([0])).order).toEqual([1, 3, 4, 2, 5]);
    expect(stackTiles(columns, rows, null, new Set()).order).toEqual(columns.ids);
    // What a filter hides is no part of a stack.
    expect(stackTiles(columns, [0, 1, 4, 5], likeness, new Set()).order).toEqual([1, 2, 5]);
  });

  it('a closed stack stands for all of its frames, an open one for the chosen', () => {
    const closed = stackTiles(columns, rows, likeness, new Set());
    expect(framesOfTiles([3, 5], closed.stacks)).toEqual([1, 3, 4, 5]);
    expect(framesOfTiles([3], stackTiles(columns, rows, likeness, new Set([0])).stacks)).toEqual([3]);
  });

  it('thinning keeps the sharpest and leaves out what is not left out yet', () => {
    const { stacks } = stackTiles(columns, rows, likeness, new Set());
    expect(thinned(columns, [3, 5], stacks)).toEqual([1]);
    expect(thinned(columns, [3, 2], stacks)).toEqual([1, 6]);
    expect(thinned(columns, [5], stacks)).toEqual([]);
  });
});

describe('the rubber band', () => {
  const shape = { perRow: 3, tile: 100, rowHeight: 80, gap: 6 };
  it('chooses the tiles that it touches', () => {
    expect(coveredPlaces({ left: 50, top: 10, right: 150, bottom: 100 }, shape, 8)).toEqual([0, 1, 3, 4]);
    expect(coveredPlaces({ left: 0, top: 0, right: 400, bottom: 9000 }, shape, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    // Inside a gap there is nothing.
    expect(coveredPlaces({ left: 102, top: 0, right: 104, bottom: 20 }, shape, 8)).toEqual([]);
  });
});
