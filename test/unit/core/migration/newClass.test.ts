import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../../electron/core/migration/initial';
import type { NewClassColumn, NewClassQuestion } from '../../../../electron/core/migration/newClass';
import { centredImprint, newClassColumn } from '../../../../electron/core/migration/newClass';

const width = 32;
const classes = 6;

/** Frames behind a ReLU: clusters of old classes and of one new one, and a head that tells the old ones apart. */
function drawn(newFrames: number) {
  const random = seededRandom(5, `classes`);
  const centres = Array.from({ length: classes + 1 }, () => Float64Array.from({ length: width }, () => Math.max(0, normal(random)) * 1.5));
  const frame = (c: number) => centres[c]!.map((value) => Math.max(0, value + 0.8 * normal(random)));
  const frames = (c: number, count: number) => Array.from({ length: count }, () => frame(c));
  const old = Array.from({ length: classes }, (_, c) => frames(c, 50)).flat();
  const kernel = Float64Array.from({ length: width * classes }, (_, i) => centres[i % classes]![Math.floor(i / classes)]! * 0.5);
  const bias = Float64Array.from({ length: classes }, (_, c) => -0.25 * centres[c]!.reduce((sum, value) => sum + value * value, 0));
  const flat = (list: readonly Float64Array[]) => Float64Array.from(list.flatMap((values) => [...values]));
  const question: NewClassQuestion = { kernel, bias, width, newFeatures: flat(frames(classes, newFrames)), oldFeatures: flat(old) };
  const tests = [...Array.from({ length: classes }, (_, c) => frames(c, 60).map((f) => [f, c] as const)).flat(), ...frames(classes, 60).map((f) => [f, classes] as const)];
  const logits = (f: Float64Array, column: { kernel: Float64Array; bias: number } | null) => [
    ...Array.from(bias, (b, c) => b + f.reduce((sum, value, k) => sum + value * kernel[k * classes + c]!, 0)),
    ...(column ? [column.bias + f.reduce((sum, value, k) => sum + value * column.kernel[k]!, 0)] : []),
  ];
  const right = (column: { kernel: Float64Array; bias: number } | null, wanted: (c: number) => boolean) => {
    const asked = tests.filter(([, c]) => wanted(c));
    return asked.filter(([f, c]) => { const l = logits(f, column); return l.indexOf(Math.max(...l)) === c; }).length / asked.length;
  };
  return { question, score: (column: { kernel: Float64Array; bias: number } | null) => ({ old: right(column, (c) => c < classes), fresh: right(column, (c) => c === classes) }) };
}

describe('a new class from few frames', () => {
  it('naive imprinting takes most old frames; seen from the centre it does not', () => {
    const { question, score } = drawn(20);
    const mean = Float64Array.from({ length: width }, (_, k) => Array.from({ length: 20 }, (_unused, row) => question.newFeatures[row * width + k]!).reduce((a, b) => a + b, 0) / 20);
    const naive = { kernel: mean.map((value) => (value * Math.hypot(...centredImprint(question).kernel)) / Math.hypot(...mean)), bias: 0 };
    expect(score(naive).old).toBeLessThan(score(null).old / 2);
    expect(score(centredImprint(question)).old).toBeGreaterThan(score(null).old - 0.05);
  });
  it.each([1, 5, 20, 50])('%i frames: most new ones are known, and hardly an old one is lost', (count) => {
    const { question, score } = drawn(count);
    const before = score(null).old;
    for (const method of ['imprint', 'logistic'] as const) {
      const { old, fresh } = score(newClassColumn(question, method));
      expect(old, method).toBeGreaterThan(before - 0.06);
      expect(fresh, method).toBeGreaterThan(count === 1 ? 0.3 : 0.6);
    }
  });
  it('no frame: silent until trained', () => {
    const { question, score } = drawn(0);
    const column = newClassColumn(question);
    expect(column).toMatchObject({ method: 'silent', bias: Math.min(...Array.from(question.bias)) - 10 });
    expect(score(column)).toEqual({ old: score(null).old, fresh: 0 });
  });
  it('chooses the way by the number of frames', () => {
    expect([1, 9, 10, 50].map((count): NewClassColumn['method'] => newClassColumn(drawn(count).question).method)).toEqual(['logistic', 'logistic', 'imprint', 'imprint']);
  });

  it('a fit never sells more than 3 % of the old answers, even where the features hardly tell the new class apart', () => {
    const random = seededRandom(9, 'mixed');
    const frames = (count: number) => Float64Array.from({ length: count * width }, () => Math.max(0, 1 + normal(random)));
    const kernel = Float64Array.from({ length: width * 2 }, () => 0.2 * normal(random));
    // Old and new frames are drawn from the same place: there is nothing to tell them apart by.
    const question: NewClassQuestion = { kernel, bias: [0, 0], width, newFeatures: frames(40), oldFeatures: frames(200) };
    for (const method of ['logistic', 'imprint'] as const) {
      const column = newClassColumn(question, method);
      let taken = 0;
      for (let row = 0; row < 200; row += 1) {
        const at = (read: (k: number) => number) => Array.from({ length: width }, (_, k) => question.oldFeatures[row * width + k]! * read(k)).reduce((a, b) => a + b, 0);
        if (at((k) => column.kernel[k]!) + column.bias > Math.max(at((k) => kernel[k * 2]!), at((k) => kernel[k * 2 + 1]!)) + 1e-9) taken += 1;
      }
      expect(taken / 200, method).toBeLessThanOrEqual(0.03);
    }
  });
});
