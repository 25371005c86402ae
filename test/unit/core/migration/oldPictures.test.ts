import { describe, expect, it } from 'vitest';
import type { Layer } from '../../../../electron/core/architecture';
import { UserError } from '../../../../electron/core/errors';
import { mapAxes } from '../../../../electron/core/migration/axisMaps';
import { changeArchitecture } from '../../../../electron/core/migration/change';
import { resampledKernelMap, resamplerTaps } from '../../../../electron/core/migration/inputKernels';
import { planMigration } from '../../../../electron/core/migration/plan';
import { buildPreset, presetNames } from '../../../../electron/core/presets';
import { outputShapes } from '../../../../electron/core/shapes';
import type { ArchitectureChange, MigrationPlan, ModelShape, OldPictures } from '../../../../electron/core/migrations';
import { difference, expectSentences, rulesOf } from '../../../helpers/planned';
import { pick, random, randomModel } from '../../../helpers/randomNetworks';
import { conv, dense, flatten, globalMean, maxPool, model, network, picture } from '../../../helpers/smallModels';

const classes = [...'abc'];
const valid = { padding: 'valid', activation: 'relu' } as const;
const same = { padding: 'same', activation: 'relu' } as const;

function planned(source: ModelShape, change: Omit<ArchitectureChange, 'route'> & { readonly route?: 'exact' | 'native' }): MigrationPlan {
  const asked = { route: 'exact', ...change } as const;
  const plan = planMigration({ source, target: changeArchitecture(source, asked), route: asked.route, oldPictures: change.oldPictures });
  expectSentences(plan);
  return plan;
}

/** The old layers on another picture, nothing changed. */
function copied(source: ModelShape, input: ModelShape['architecture']['input'], oldPictures: OldPictures): MigrationPlan {
  return planMigration({ source, target: { ...source, architecture: { ...source.architecture, input } }, route: 'native', oldPictures });
}

describe('H3: old pictures made by a filter', () => {
  it.each([['area', 2], ['area', 3], ['bilinear', 2], ['bilinear', 3], ['bicubic', 2]] as const)('%s, %i times: the taps are even and add up to 1', (resampler, factor) => {
    const taps = resamplerTaps(resampler, factor);
    expect(taps.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(taps).toEqual([...taps].reverse().map((tap) => expect.closeTo(tap, 12) as number));
  });

  it('vector 10: four taps at factor 2 make 8 of 3, and the kernel keeps its sum', () => {
    const map = resampledKernelMap(3, 2, [-3 / 32, 19 / 32, 19 / 32, -3 / 32]);
    const kernel = mapAxes([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3], [map, map]);
    expect(kernel).toHaveLength(64);
    expect(kernel.reduce((a, b) => a + b, 0)).toBeCloseTo(45, 10);
    expect(kernel[0]).toBeCloseTo(9 / 1024, 12);
  });

  const source = (settings: object, channels = 1) => model(network(picture(8, 8, channels), [conv('conv', 4, 3, settings), flatten(), dense('head', 3)]), classes);
  it.each([['bilinear', 18], ['bicubic', 22]] as const)('%s with a margin (%i pixels): exact', (pixels, size) => {
    const plan = planned(source(valid), { input: picture(size), oldPictures: { pixels } });
    expect([plan.grade, rulesOf(plan, 'conv')]).toEqual(['exact', 'H3']);
    expect(difference(plan)).toBeLessThan(1e-5);
  });

  it.each(['bilinear', 'bicubic'] as const)('%s without a margin: close, and only the rim differs', (pixels) => {
    const plan = planned(source(same), { input: picture(16), oldPictures: { pixels } });
    expect([plan.grade, rulesOf(plan, 'conv')]).toEqual(['close', 'H3']);
    expect(outputShapes(plan.target.architecture).get('conv')).toEqual([8, 8, 4]);
    const naive = copied(source(same), picture(16), { pixels });
    expect(difference(plan)).toBeLessThan(difference(naive) / 2);
  });

  it('a network that begins with a maximum gets a layer in front', () => {
    const pooled = model(network(picture(8, 8, 3), [maxPool('pool'), conv('conv', 4, 3, same), flatten(), dense('head', 3)]), classes);
    const plan = planned(pooled, { input: picture(22, 22, 3), oldPictures: { pixels: 'bicubic' } });
    expect(plan.grade).toBe('exact');
    expect(plan.target.architecture.layers[0]!.name).toBe('front_resample');
    expect(difference(plan)).toBeLessThan(1e-5);
    const gray = model({ ...pooled.architecture, input: picture(8) }, classes);
    expect(difference(planned(gray, { input: picture(22, 22, 3), oldPictures: { pixels: 'bicubic' } }))).toBeLessThan(1e-5);
  });

  it('sizes that the filter does not give say which would', () => {
    expect(() => planned(source(valid), { input: picture(17), oldPictures: { pixels: 'bilinear' } })).toThrow(expect.objectContaining({ key: 'migrations:resampledSize', params: expect.objectContaining({ plain: '16x16x1', exact: '18x18x1' }) }));
  });
});

describe('H5 and H6: the first kernels on a larger picture', () => {
  const layers: readonly Layer[] = [conv('first', 4, 3, same), conv('second', 5, 3, same), maxPool('pool'), conv('third', 3, 3, same), globalMean(), dense('head', 3)];
  const source = model(network(picture(8), layers), classes);

  it('zeros between the taps are exact where pixels are repeated, close on other pictures', () => {
    const change = { input: picture(16), route: 'native', firstKernels: 'stuffed' } as const;
    const twin = planned(source, { ...change, oldPictures: { pixels: 'repeated' } });
    expect([twin.grade, rulesOf(twin, 'first'), rulesOf(twin, 'second')]).toEqual(['exact', 'H5', 'H5']);
    expect(difference(twin)).toBeLessThan(1e-5);
    const real = planned(source, change);
    expect([real.grade, rulesOf(real, 'first')]).toEqual(['close', 'H5']);
    expect(real.target.architecture.layers.map((layer) => ('poolSize' in layer ? layer.poolSize : 'kernelSize' in layer ? layer.kernelSize : 0))).toEqual([[5, 5], [5, 5], [4, 4], [3, 3], 0, 0]);
  });

  it('a kernel spread over blocks: every old answer is among the new ones, and the pool sees them all', () => {
    const plan = planned(source, { input: picture(16), route: 'native', firstKernels: 'spread' });
    expect([plan.grade, rulesOf(plan, 'first'), rulesOf(plan, 'second')]).toEqual(['close', 'H2+X4', 'H5']);
    expect(plan.notes.map(({ key }) => key)).toContain('migrations:poolOverMore');
    expect(difference(plan)).toBeLessThan(difference(planned(source, { input: picture(16), route: 'native' })));
  });

  it('without a pool the repeated cells reach the mean or the dense layer', () => {
    for (const end of [[globalMean()], [flatten()]]) {
      const plain = model(network(picture(8), [conv('first', 4, 3, valid), ...end, dense('head', 3)]), classes);
      const plan = planned(plain, { input: picture(16), route: 'native', firstKernels: 'stuffed', oldPictures: { pixels: 'repeated' } });
      expect(plan.grade).toBe('exact');
      expect(difference(plan)).toBeLessThan(1e-5);
    }
  });

  it('a size that is no multiple is refused', () => {
    expect(() => planned(source, { input: picture(12), route: 'native', firstKernels: 'spread' })).toThrow(expect.objectContaining({ key: 'migrations:firstKernelsNotWhole' }));
    expect(() => planned(source, { input: picture(12), oldPictures: { pixels: 'repeated' } })).toThrow(expect.objectContaining({ key: 'migrations:repeatedNotWhole' }));
  });
});

describe('H11: the old picture inside a larger one', () => {
  const layers = [conv('conv', 4, 3, valid), maxPool('pool'), flatten(), dense('head', 3)];
  const source = model(network(picture(10), layers), classes);

  it('by whole cells: exact, with zeros around the old cells', () => {
    const plan = planned(source, { input: picture(18), route: 'native', oldPictures: { inside: { top: 4, left: 2 } } });
    expect([plan.grade, rulesOf(plan, 'head')]).toEqual(['exact', 'H11']);
    expect(difference(plan)).toBeLessThan(1e-5);
  });

  it('between two cells: close', () => {
    const plan = planned(source, { input: picture(18), route: 'native', oldPictures: { inside: { top: 3, left: 4 } } });
    expect(plan.grade).toBe('close');
    expect(difference(plan)).toBeGreaterThan(1e-3);
  });

  it('with zeros around the picture: close, and nearer than stretched cells', () => {
    const padded = model(network(picture(8), [conv('conv', 4, 3, same), maxPool('pool'), flatten(), dense('head', 3)]), classes);
    const oldPictures = { inside: { top: 4, left: 4 } } as const;
    const plan = planned(padded, { input: picture(16), route: 'native', oldPictures });
    expect([plan.grade, rulesOf(plan, 'conv')]).toEqual(['close', 'H11']);
  });

  it('a place outside the new picture is refused', () => {
    expect(() => planned(source, { input: picture(12), route: 'native', oldPictures: { inside: { top: 4, left: 0 } } })).toThrow(expect.objectContaining({ key: 'migrations:insideOutside' }));
  });
});

describe('C6, C7, C8: other channels', () => {
  const source = model(network(picture(6, 6, 3), [conv('conv', 4, 3, valid), flatten(), dense('head', 3)]), classes);
  const padded = model(network(picture(6, 6, 3), [conv('conv', 4, 3, same), flatten(), dense('head', 3)]), classes);

  it.each([['bgr', 'C6'], ['yuv', 'C7'], ['ycbcr', 'C7+N2']] as const)('%s: exact', (channels, rule) => {
    const plan = planned(source, { oldPictures: { channels } });
    expect(plan.grade).toBe('exact');
    expect(rulesOf(plan, 'conv').split('+').sort()).toEqual(rule.split('+').sort());
    expect(difference(plan)).toBeLessThan(1e-5);
  });

  it('zeros around the picture would be another colour: the channels are mixed in front', () => {
    const plan = planned(padded, { oldPictures: { channels: 'ycbcr' } });
    expect([plan.grade, plan.target.architecture.layers[0]!.name]).toEqual(['exact', 'front_colours']);
    expect(difference(plan)).toBeLessThan(1e-5);
    expect(copied(padded, picture(6, 6, 3), { channels: 'ycbcr' }).grade).toBe('close');
    expect(planned(padded, { oldPictures: { channels: 'yuv' } }).target.architecture.layers[0]!.name).toBe('conv');
  });

  it.each(['mean', 'newest'] as const)('gray as the %s of three', (channels) => {
    const gray = model(network(picture(6), padded.architecture.layers), classes);
    const plan = planned(gray, { input: picture(12, 12, 3), oldPictures: { channels } });
    expect(plan.grade).toBe('exact');
    expect(plan.frameMap.channels[0]).toEqual(channels === 'mean' ? [1 / 3, 1 / 3, 1 / 3] : [0, 0, 1]);
    expect(difference(plan)).toBeLessThan(1e-5);
  });

  it('what says nothing about so many channels is refused', () => {
    for (const channels of ['mean', 'newest'] as const) expect(() => planned(source, { oldPictures: { channels } })).toThrow(expect.objectContaining({ key: 'migrations:channelViewImpossible' }));
    expect(() => planned(source, { input: picture(6), oldPictures: { channels: 'bgr' } })).toThrow(UserError);
  });
});

describe('every preset', () => {
  it.each(presetNames)('%s in other colour spaces and inside larger pictures', (preset) => {
    const source = model(buildPreset(preset, picture(32, 32, 3), 3), classes);
    for (const channels of ['bgr', 'yuv', 'ycbcr'] as const) {
      const plan = planned(source, { oldPictures: { channels } });
      expect(plan.grade, channels).toBe('exact');
      expect(difference(plan), channels).toBeLessThan(2e-5);
    }
    for (const firstKernels of ['spread', 'stuffed'] as const) {
      const plan = planned(source, { input: picture(64, 64, 3), route: 'native', firstKernels, oldPictures: { pixels: 'repeated' } });
      if (plan.grade === 'exact') expect(difference(plan), firstKernels).toBeLessThan(2e-5);
    }
  }, 60_000);
});

/** A wish about the old pictures for a random network. */
function randomView(next: () => number, source: ModelShape): Omit<ArchitectureChange, 'route'> & { readonly route: 'exact' | 'native' } {
  const { height, width, channels } = source.architecture.input;
  const pixels = pick(next, ['area', 'bilinear', 'bicubic', 'repeated'] as const);
  const factor = pick(next, [1, 2, 3]);
  const margin = pixels === 'bilinear' ? pick(next, [0, factor === 2 ? 2 : 4]) : pixels === 'bicubic' && factor === 2 ? pick(next, [0, 6]) : 0;
  const places = pick(next, [0, 1, 2, 3, 4]);
  const inside = next() < 0.3 ? { top: places, left: pick(next, [0, 2, 4]) } : undefined;
  const size = inside ? { height: height + pick(next, [4, 6, 8]), width: width + pick(next, [4, 8]) } : { height: factor * height + (factor > 1 ? margin : 0), width: factor * width + (factor > 1 ? margin : 0) };
  const view = channels === 3 ? pick(next, ['luma', 'bgr', 'yuv', 'ycbcr'] as const) : channels === 1 ? pick(next, ['luma', 'mean', 'newest'] as const) : ('luma' as const);
  const more = view === 'mean' || view === 'newest' ? 3 : channels;
  return { input: { ...size, channels: more }, widthFactor: pick(next, [1, 1, 2]), oldPictures: { channels: view, pixels, inside }, firstKernels: next() < 0.5 ? 'copied' : pick(next, ['spread', 'stuffed'] as const), route: pick(next, ['exact', 'native'] as const) };
}

describe('2000 random networks with pictures of another kind', () => {
  it('are never promised more than holds', () => {
    const grades = { exact: 0, close: 0, start: 0, refused: 0 };
    for (let seed = 1; seed <= 2000; seed++) {
      const next = random(seed + 77_000);
      const source = randomModel(next);
      let plan: MigrationPlan;
      try {
        plan = planned(source, randomView(next, source));
      } catch (error) {
        if (!(error instanceof UserError)) throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
        grades.refused++;
        continue;
      }
      grades[plan.grade]++;
      if (plan.grade === 'exact') expect(difference(plan, seed), `seed ${seed}`).toBeLessThan(1e-5);
    }
    expect(grades.exact).toBeGreaterThan(400);
    expect(grades.close).toBeGreaterThan(200);
  }, 120_000);
});
