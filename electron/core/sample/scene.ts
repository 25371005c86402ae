import { hash2 } from './noise';
import type { SampleObject } from './objects';
import type { Surface } from './surfaces';

export interface Shot {
  readonly object: SampleObject;
  readonly surface: Surface;
  /** Decides path of the camera, light and the arrangement of the surface. */
  readonly seed: number;
}

interface View {
  readonly eye: readonly [number, number, number];
  readonly right: readonly [number, number, number];
  readonly up: readonly [number, number, number];
  readonly forward: readonly [number, number, number];
  readonly light: readonly [number, number, number];
  readonly brightness: number;
}

const boundRadius = 1.2;
const boundHeight = 0.6;

function normalize(x: number, y: number, z: number): readonly [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

/** Camera and light at a time of the film, 0..1: around the object, nearer and farther, in light that wanders. */
export function viewAt(seed: number, time: number): View {
  const r = (n: number): number => hash2(n, 17, seed);
  const turn = (r(1) + (0.35 + 0.4 * r(2)) * time * (r(3) < 0.5 ? 1 : -1)) * 2 * Math.PI;
  const distance = 3.6 + 1.3 * r(4) + 0.7 * Math.sin(2 * Math.PI * (time * 0.8 + r(5)));
  const height = 0.55 + 0.5 * r(6) + 0.12 * Math.sin(2 * Math.PI * (time + r(7)));
  const eye = [Math.cos(turn) * Math.cos(height) * distance, boundHeight + Math.sin(height) * distance, Math.sin(turn) * Math.cos(height) * distance] as const;
  // A hand does not hold the object quite in the middle.
  const aim = [0.35 * (r(8) - 0.5) + 0.12 * Math.sin(5 * time + 6 * r(9)), 0.5 + 0.25 * (r(10) - 0.5), 0.35 * (r(11) - 0.5)] as const;
  const forward = normalize(aim[0] - eye[0], aim[1] - eye[1], aim[2] - eye[2]);
  const right = normalize(-forward[2], 0, forward[0]);
  const up = [right[1] * forward[2] - right[2] * forward[1], right[2] * forward[0] - right[0] * forward[2], right[0] * forward[1] - right[1] * forward[0]] as const;
  const sun = 2 * Math.PI * (r(12) + 0.15 * time);
  return { eye, forward, right, up, light: normalize(Math.cos(sun), 1.1 + 0.8 * r(13), Math.sin(sun)), brightness: 0.72 + 0.45 * r(14) + 0.08 * Math.sin(7 * time) };
}

function march(object: SampleObject, o: readonly [number, number, number], d: readonly [number, number, number], from: number, to: number): number {
  let t = from;
  for (let step = 0; step < 44 && t < to; step += 1) {
    const distance = object.distance(o[0] + d[0] * t, o[1] + d[1] * t, o[2] + d[2] * t);
    if (distance < 0.004) return t;
    t += distance;
  }
  return -1;
}

/** Where a ray passes the ball around the object; null if it misses. */
function bounds(o: readonly [number, number, number], d: readonly [number, number, number]): readonly [number, number] | null {
  const oy = o[1] - boundHeight;
  const b = o[0] * d[0] + oy * d[1] + o[2] * d[2];
  const c = o[0] * o[0] + oy * oy + o[2] * o[2] - boundRadius * boundRadius;
  const h = b * b - c;
  if (h < 0) return null;
  const root = Math.sqrt(h);
  return -b + root < 0 ? null : [Math.max(0, -b - root), -b + root];
}

function normalAt(object: SampleObject, x: number, y: number, z: number): readonly [number, number, number] {
  const e = 0.003;
  const at = object.distance(x, y, z);
  return normalize(object.distance(x + e, y, z) - at, object.distance(x, y + e, z) - at, object.distance(x, y, z + e) - at);
}

function lit(object: SampleObject, x: number, y: number, z: number, light: readonly [number, number, number]): number {
  const start = [x, y, z] as const;
  const span = bounds(start, light);
  return span && march(object, start, light, Math.max(0.03, span[0]), span[1]) >= 0 ? 0.25 : 1;
}

/** One picture of a shot at a time 0..1: `width * height * 3` bytes, RGB. */
export function drawFrame(shot: Shot, time: number, width: number, height: number): Uint8Array {
  const { object, surface, seed } = shot;
  const view = viewAt(seed, time);
  const picture = new Uint8Array(width * height * 3);
  const focal = 1.9;
  const { eye, right, up, forward, light, brightness } = view;
  for (let py = 0; py < height; py += 1) {
    for (let px = 0; px < width; px += 1) {
      const u = ((px + 0.5) * 2 - width) / height;
      const v = (height - (py + 0.5) * 2) / height;
      const d = normalize(right[0] * u + up[0] * v + forward[0] * focal, right[1] * u + up[1] * v + forward[1] * focal, right[2] * u + up[2] * v + forward[2] * focal);
      const span = bounds(eye, d);
      const hit = span ? march(object, eye, d, span[0], span[1]) : -1;
      const ground = d[1] < 0 ? -eye[1] / d[1] : -1;
      let colour: readonly [number, number, number] = [0.75, 0.77, 0.8];
      let shade = 1;
      if (hit >= 0 && (ground < 0 || hit < ground)) {
        const [x, y, z] = [eye[0] + d[0] * hit, eye[1] + d[1] * hit, eye[2] + d[2] * hit];
        const n = normalAt(object, x, y, z);
        const facing = Math.max(0, n[0] * light[0] + n[1] * light[1] + n[2] * light[2]);
        const gloss = Math.max(0, n[0] * (light[0] - d[0]) + n[1] * (light[1] - d[1]) + n[2] * (light[2] - d[2])) / Math.hypot(light[0] - d[0], light[1] - d[1], light[2] - d[2]);
        colour = object.colour(x, y, z);
        shade = 0.34 + 0.12 * n[1] + 0.62 * facing * (facing > 0 ? lit(object, x + n[0] * 0.02, y + n[1] * 0.02, z + n[2] * 0.02, light) : 1) + 0.5 * gloss ** 40;
      } else if (ground >= 0) {
        const [x, z] = [eye[0] + d[0] * ground, eye[2] + d[2] * ground];
        colour = surface(x, z, seed);
        shade = 0.42 + 0.58 * light[1] * lit(object, x, 0.01, z, light);
      }
      const grain = (hash2(px + py * width, Math.floor(time * 1000), seed + 99) - 0.5) * 0.03;
      const at = (py * width + px) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        const linear = Math.max(0, (colour[channel] as number) * shade * brightness + grain);
        picture[at + channel] = Math.min(255, Math.round(255 * Math.min(1, linear) ** (1 / 1.4)));
      }
    }
  }
  return picture;
}
