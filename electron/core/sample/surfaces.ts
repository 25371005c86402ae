import { hash2, noise2 } from './noise';

/** Linear colour, 0..1. */
export type Rgb = readonly [number, number, number];
/** Colour of the table at a place (in object sizes); `seed` differs from clip to clip. */
export type Surface = (x: number, z: number, seed: number) => Rgb;

function paper(x: number, z: number, seed: number): Rgb {
  const v = 0.86 + 0.03 * noise2(x * 0.6, z * 0.6, seed);
  return [v, v, v * 0.98];
}

function wood(x: number, z: number, seed: number): Rgb {
  const plank = Math.floor(z * 0.9);
  const seam = Math.abs(z * 0.9 - plank - 0.5) > 0.47 ? 0.55 : 1;
  const grain = noise2(x * 1.2 + plank * 7.3, z * 9, seed + plank);
  const v = (0.42 + 0.16 * hash2(plank, 3, seed) + 0.22 * grain) * seam;
  return [v, v * 0.68, v * 0.42];
}

function cloth(x: number, z: number, seed: number): Rgb {
  const size = 0.62;
  const a = Math.floor(x / size) & 1;
  const b = Math.floor(z / size) & 1;
  const weave = 0.92 + 0.08 * noise2(x * 24, z * 24, seed);
  const tone = a + b;
  const white: Rgb = [0.9 * weave, 0.88 * weave, 0.84 * weave];
  if (tone === 0) return white;
  return tone === 1 ? [0.75 * weave, 0.5 * weave, 0.5 * weave] : [0.55 * weave, 0.08 * weave, 0.1 * weave];
}

function gravel(x: number, z: number, seed: number): Rgb {
  const coarse = noise2(x * 4.5, z * 4.5, seed);
  const fine = noise2(x * 13, z * 13, seed + 1);
  const tint = noise2(x * 2.3, z * 2.3, seed + 2);
  const v = 0.12 + 0.75 * (0.6 * coarse + 0.4 * fine);
  return [v * (0.85 + 0.3 * tint), v * 0.92, v * (1.05 - 0.3 * tint)];
}

/** Sheets, books and pens, thrown about: the topmost of the things that cover a place. */
function desk(x: number, z: number, seed: number): Rgb {
  const base = 0.3 + 0.08 * noise2(x * 2, z * 11, seed);
  let colour: Rgb = [base, base * 0.75, base * 0.55];
  for (let thing = 0; thing < 16; thing += 1) {
    const angle = hash2(thing, 1, seed) * Math.PI;
    const dx = x - (hash2(thing, 2, seed) * 9 - 4.5);
    const dz = z - (hash2(thing, 3, seed) * 9 - 4.5);
    const u = Math.cos(angle) * dx + Math.sin(angle) * dz;
    const v = -Math.sin(angle) * dx + Math.cos(angle) * dz;
    const pen = thing % 3 === 0;
    const halfU = pen ? 1.1 : 0.6 + hash2(thing, 4, seed) * 0.6;
    const halfV = pen ? 0.07 : 0.45 + hash2(thing, 5, seed) * 0.5;
    if (Math.abs(u) > halfU || Math.abs(v) > halfV) continue;
    const edge = Math.abs(u) > halfU - 0.05 || Math.abs(v) > halfV - 0.05;
    const lines = !pen && thing % 3 === 1 && Math.abs(((v * 7) % 1) + (v < 0 ? 1 : 0) - 0.5) < 0.16;
    const tone = edge || lines ? 0.35 : 1;
    colour = [(0.2 + 0.8 * hash2(thing, 6, seed)) * tone, (0.2 + 0.75 * hash2(thing, 7, seed)) * tone, (0.2 + 0.75 * hash2(thing, 8, seed)) * tone];
  }
  return colour;
}

/** Round and square toys of all colours, cell by cell: as busy as a playroom floor. */
function toys(x: number, z: number, seed: number): Rgb {
  const size = 0.85;
  const carpet = 0.25 + 0.25 * noise2(x * 8, z * 8, seed);
  let colour: Rgb = [carpet, carpet * 0.9, carpet * 1.1];
  const cx = Math.floor(x / size);
  const cz = Math.floor(z / size);
  for (let oz = -1; oz <= 1; oz += 1) {
    for (let ox = -1; ox <= 1; ox += 1) {
      const ix = cx + ox;
      const iz = cz + oz;
      if (hash2(ix, iz, seed) < 0.12) continue;
      const dx = x - (ix + 0.2 + 0.6 * hash2(ix, iz, seed + 1)) * size;
      const dz = z - (iz + 0.2 + 0.6 * hash2(ix, iz, seed + 2)) * size;
      const radius = 0.22 + 0.3 * hash2(ix, iz, seed + 3);
      const round = hash2(ix, iz, seed + 4) < 0.55;
      const distance = round ? Math.hypot(dx, dz) : Math.max(Math.abs(dx + 0.4 * dz), Math.abs(dz - 0.4 * dx));
      if (distance > radius) continue;
      const rim = distance > radius * 0.8 ? 0.45 : distance < radius * 0.35 ? 1.25 : 1;
      colour = [Math.min(1, (0.1 + 0.85 * hash2(ix, iz, seed + 5)) * rim), Math.min(1, (0.1 + 0.8 * hash2(ix, iz, seed + 6)) * rim), Math.min(1, (0.1 + 0.85 * hash2(ix, iz, seed + 7)) * rim)];
    }
  }
  return colour;
}

/** The six backgrounds, plain to busy. */
export const surfaces: readonly { readonly name: string; readonly colour: Surface }[] = [
  { name: 'paper', colour: paper },
  { name: 'wood', colour: wood },
  { name: 'cloth', colour: cloth },
  { name: 'gravel', colour: gravel },
  { name: 'desk', colour: desk },
  { name: 'toys', colour: toys },
];
