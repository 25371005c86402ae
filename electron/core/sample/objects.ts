import type { Rgb } from './surfaces';

/** Signed distance functions after Quilez, "distance functions". All objects stand on y = 0 and fit into a ball of radius 1.15 around (0, 0.6, 0). */
function box(x: number, y: number, z: number, hx: number, hy: number, hz: number, round: number): number {
  const qx = Math.abs(x) - hx;
  const qy = Math.abs(y) - hy;
  const qz = Math.abs(z) - hz;
  const outside = Math.hypot(Math.max(qx, 0), Math.max(qy, 0), Math.max(qz, 0));
  return outside + Math.min(Math.max(qx, qy, qz), 0) - round;
}

function ball(x: number, y: number, z: number, radius: number): number {
  return Math.hypot(x, y, z) - radius;
}

/** Cylinder around the axis of `height`. */
function cylinder(radial: number, along: number, radius: number, half: number): number {
  const dr = radial - radius;
  const dh = Math.abs(along) - half;
  return Math.min(Math.max(dr, dh), 0) + Math.hypot(Math.max(dr, 0), Math.max(dh, 0));
}

function smoothMin(a: number, b: number, k: number): number {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - h * h * k * 0.25;
}

/** An object of the sample project: its distance function, and the colour of its surface at a place. */
export interface SampleObject {
  readonly name: string;
  distance(x: number, y: number, z: number): number;
  colour(x: number, y: number, z: number): Rgb;
}

const mugWall = (x: number, y: number, z: number): number => {
  const radial = Math.hypot(x, z);
  const outer = cylinder(radial, y - 0.6, 0.52, 0.58);
  const inner = cylinder(radial, y - 0.75, 0.43, 0.58);
  return Math.max(outer, -inner) - 0.02;
};
const mugHandle = (x: number, y: number, z: number): number => {
  const ring = Math.hypot(x - 0.58, y - 0.62) - 0.32;
  return Math.max(Math.hypot(ring, z) - 0.085, 0.5 - x);
};

const duckBody = (x: number, y: number, z: number): number => {
  const body = (Math.hypot(x / 0.82, (y - 0.45) / 0.48, z / 0.56) - 1) * 0.46;
  const tail = (Math.hypot((x + 0.78) / 0.28, (y - 0.72) / 0.2, z / 0.22) - 1) * 0.18;
  return smoothMin(smoothMin(body, ball(x - 0.45, y - 1.12, z, 0.36), 0.16), tail, 0.2);
};
const duckBeak = (x: number, y: number, z: number): number => (Math.hypot((x - 0.86) / 0.24, (y - 1.06) / 0.09, z / 0.17) - 1) * 0.085;
const duckEyes = (x: number, y: number, z: number): number => ball(x - 0.66, y - 1.24, Math.abs(z) - 0.24, 0.07);

const carBody = (x: number, y: number, z: number): number =>
  smoothMin(box(x, y - 0.42, z, 0.92, 0.16, 0.4, 0.07), box(x + 0.12, y - 0.74, z, 0.42, 0.16, 0.34, 0.08), 0.08);
const carWheels = (x: number, y: number, z: number): number => cylinder(Math.hypot(Math.abs(x) - 0.58, y - 0.24), Math.abs(z) - 0.43, 0.24, 0.08);
const carWindows = (x: number, y: number, z: number): number => Math.min(box(x + 0.12, y - 0.76, z, 0.36, 0.1, 0.425, 0.005), box(x + 0.12, y - 0.76, z, 0.51, 0.1, 0.28, 0.005));

export const sampleObjects: readonly SampleObject[] = [
  {
    name: 'mug',
    distance: (x, y, z) => Math.min(mugWall(x, y, z), mugHandle(x, y, z)),
    colour: (_x, y, _z) => (y > 0.5 && y < 0.75 ? [0.93, 0.9, 0.82] : [0.72, 0.14, 0.11]),
  },
  {
    name: 'duck',
    distance: (x, y, z) => Math.min(duckBody(x, y, z), duckBeak(x, y, z), duckEyes(x, y, z)),
    colour: (x, y, z) => (duckEyes(x, y, z) < 0.012 ? [0.03, 0.03, 0.04] : duckBeak(x, y, z) < 0.012 ? [0.93, 0.36, 0.05] : [0.95, 0.76, 0.12]),
  },
  {
    name: 'car',
    distance: (x, y, z) => Math.min(carBody(x, y, z), carWheels(x, y, z), carWindows(x, y, z)),
    colour: (x, y, z) => (carWheels(x, y, z) < 0.012 ? [0.05, 0.05, 0.06] : carWindows(x, y, z) < 0.012 ? [0.62, 0.78, 0.86] : [0.09, 0.3, 0.62]),
  },
];
