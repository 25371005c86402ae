import type { Random } from '../core/random';

interface Strength {
  /** Largest shift, as a share of the size. */
  readonly shift: number;
  /** Largest zoom, in or out. */
  readonly zoom: number;
  /** Largest turn, in radians. */
  readonly turn: number;
  readonly brightness: number;
  readonly contrast: number;
}

const strengths: Readonly<Record<'light' | 'strong', Strength>> = {
  light: { shift: 0.06, zoom: 0.1, turn: 0.08, brightness: 0.12, contrast: 0.12 },
  strong: { shift: 0.12, zoom: 0.22, turn: 0.22, brightness: 0.25, contrast: 0.25 },
};

/**
 * Moves, zooms, turns and relights one picture of a batch, in place. Never mirrors: a mirrored "turn left" is a
 * "turn right". Places outside take the nearest edge. `from`: offset of the picture in `batch`; `scratch`: one picture.
 */
export function augment(batch: Uint8Array, from: number, height: number, width: number, strength: 'light' | 'strong', random: Random, scratch: Uint8Array): void {
  const { shift, zoom, turn, brightness, contrast } = strengths[strength];
  const spread = (most: number): number => (random.uniform() * 2 - 1) * most;
  const scale = 1 / (1 + spread(zoom));
  const angle = spread(turn);
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const [dx, dy] = [spread(shift) * width, spread(shift) * height];
  const gain = 1 + spread(contrast);
  const lift = spread(brightness) * 128 + 128 * (1 - gain);
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  scratch.set(batch.subarray(from, from + height * width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const sx = Math.min(width - 1, Math.max(0, cos * (x - cx) - sin * (y - cy) + cx + dx));
      const sy = Math.min(height - 1, Math.max(0, sin * (x - cx) + cos * (y - cy) + cy + dy));
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      const fx = sx - x0;
      const fy = sy - y0;
      const right = x0 < width - 1 ? 3 : 0;
      const below = y0 < height - 1 ? width * 3 : 0;
      const at = (y0 * width + x0) * 3;
      const to = from + (y * width + x) * 3;
      for (let c = 0; c < 3; c += 1) {
        const top = (scratch[at + c] as number) * (1 - fx) + (scratch[at + right + c] as number) * fx;
        const bottom = (scratch[at + below + c] as number) * (1 - fx) + (scratch[at + below + right + c] as number) * fx;
        const value = (top * (1 - fy) + bottom * fy) * gain + lift;
        batch[to + c] = value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5;
      }
    }
  }
}
