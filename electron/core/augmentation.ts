import { Random } from './random';

/** How far the pictures of a training are changed at random, each anew in each epoch. 0 (or false) switches one off. */
export interface AugmentationConfig {
  /** Mirrors half of the pictures. Wrong where left and right mean something: a mirrored "turn left" is a "turn right". */
  readonly flip: boolean;
  /** Largest shift, as a share of the size. */
  readonly shift: number;
  /** Largest zoom in or out, as a share. */
  readonly zoom: number;
  /** Largest turn, in degrees. */
  readonly rotate: number;
  /** Largest change, as a share of half the range. */
  readonly brightness: number;
  /** Largest change of the distance from middle grey, as a share; the same for the distance from grey in `saturation`. */
  readonly contrast: number;
  readonly saturation: number;
  /** Largest turn of the colours, in degrees. */
  readonly hue: number;
  /** Largest standard deviation of the noise, as a share of the range; half of the pictures get some. */
  readonly noise: number;
  /** Share of the pictures that are blurred a little. */
  readonly blur: number;
  /** Largest side of the square that is covered with grey, as a share of the size; half of the pictures get one. */
  readonly cutout: number;
}

export const augmentationNames = ['none', 'light', 'strong'] as const;
export type AugmentationName = (typeof augmentationNames)[number];

const none: AugmentationConfig = { flip: false, shift: 0, zoom: 0, rotate: 0, brightness: 0, contrast: 0, saturation: 0, hue: 0, noise: 0, blur: 0, cutout: 0 };

/**
 * Chosen so that the object stays in the picture and the background changes its light and colour: what a network must
 * not hold on to. No preset mirrors.
 */
export const augmentationPresets: Readonly<Record<AugmentationName, AugmentationConfig>> = {
  none,
  light: { ...none, shift: 0.06, zoom: 0.1, rotate: 5, brightness: 0.12, contrast: 0.12, saturation: 0.1 },
  strong: { ...none, shift: 0.12, zoom: 0.22, rotate: 12, brightness: 0.25, contrast: 0.25, saturation: 0.3, hue: 10, noise: 0.04, blur: 0.2, cutout: 0.3 },
};

/** A preset with some of its numbers changed; null where nothing is left to do. */
export function augmentationOf(preset: AugmentationName, changes: Partial<AugmentationConfig> = {}): AugmentationConfig | null {
  const config = { ...augmentationPresets[preset], ...changes };
  return Object.values(config).some((value) => value !== 0 && value !== false) ? config : null;
}

/** Numbers of a picture's change, see `drawAugmentation`. */
export const augmentationNumbers = 26;

/** Rec. 601 luma, as the networks' gray. */
const luma = [0.299, 0.587, 0.114] as const;

/**
 * Contrast, brightness, saturation and hue as one 3 x 4 matrix on RGB bytes. The hue turns about the grey axis and keeps
 * the luma: the matrix of the filter `hueRotate` (W3C Filter Effects) with this luma.
 */
function colourMatrix(gain: number, lift: number, saturation: number, hue: number): readonly number[] {
  const [cos, sin] = [Math.cos(hue) * saturation, Math.sin(hue) * saturation];
  // (colour - luma) turned: rows of the sine part keep the luma and are orthogonal to grey.
  const [first, last] = [[-luma[0], -luma[1], 1 - luma[2]], [luma[0] - 1, luma[1], luma[2]]] as const;
  const turned = [first, first.map((value, column) => -(luma[0] * value + luma[2] * (last[column] as number)) / luma[1]), last];
  return [0, 1, 2].flatMap((row) => {
    const line = [0, 1, 2].map((column) => gain * ((luma[column] as number) + cos * ((row === column ? 1 : 0) - (luma[column] as number)) + sin * (turned[row]?.[column] as number)));
    return [...line, lift];
  });
}

/**
 * Draws the change of one picture: a pure function of seed, epoch, frame and `repeat` (how often the frame came before in
 * the epoch). Writes `augmentationNumbers` numbers: [0-5] where each new pixel comes from (x' = ax + by + c, y' = dx + ey + f),
 * [6-17] the colour matrix, [18, 19] strength and seed of the noise, [20] number of blurs, [21-24] the covered rectangle
 * (left, top, right, bottom), [25] 1 where colours change at all.
 */
export function drawAugmentation(config: AugmentationConfig, seed: number, epoch: number, frame: number, repeat: number, height: number, width: number, numbers: Float64Array, at: number): void {
  const random = Random.seeded(seed + (epoch + 1) * 2 ** 32, (frame + Math.imul(repeat, 0x9e3779b1)) >>> 0);
  const spread = (most: number): number => (random.uniform() * 2 - 1) * most;
  // Every number is drawn whether it counts or not: switching one off leaves the others as they were.
  const mirrored = random.uniform() < 0.5 && config.flip ? -1 : 1;
  const scale = 1 / (1 + spread(config.zoom));
  const angle = (spread(config.rotate) * Math.PI) / 180;
  const [dx, dy] = [spread(config.shift) * width, spread(config.shift) * height];
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const [a, b, d, e] = [cos * mirrored, -sin, sin * mirrored, cos];
  numbers.set([a, b, cx + dx - a * cx - b * cy, d, e, cy + dy - d * cx - e * cy], at);
  const gain = 1 + spread(config.contrast);
  const lift = spread(config.brightness) * 128 + 128 * (1 - gain);
  const saturation = 1 + spread(config.saturation);
  const hue = (spread(config.hue) * Math.PI) / 180;
  numbers.set(colourMatrix(gain, lift, saturation, hue), at + 6);
  const noisy = random.uniform() < 0.5;
  const noise = random.uniform() * config.noise * 255;
  numbers.set([noisy ? noise : 0, random.next32(), random.uniform() < config.blur ? 1 + Math.floor(Math.max(height, width) / 128) : 0], at + 18);
  const covers = random.uniform() < 0.5;
  const side = random.uniform() * config.cutout;
  const [left, top] = [random.uniform() * width, random.uniform() * height];
  const covered = covers && side > 0 ? [left - (side * width) / 2, top - (side * height) / 2, left + (side * width) / 2, top + (side * height) / 2] : [0, 0, 0, 0];
  numbers.set(covered.map((value, index) => Math.min(index % 2 === 0 ? width : height, Math.max(0, Math.round(value)))), at + 21);
  numbers[at + 25] = config.contrast > 0 || config.brightness > 0 || config.saturation > 0 || config.hue > 0 ? 1 : 0;
}
