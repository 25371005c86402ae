/** Frames are compared by a gray picture of this size. */
export const tinyWidth = 9;
export const tinyHeight = 8;

/** 64-bit difference hash as 16 hex digits: one bit per pair of neighbours, brighter to the right (Krawetz 2013). */
export function differenceHash(tiny: Uint8Array): string {
  let hash = '';
  for (let y = 0; y < tinyHeight; y += 1) {
    let row = 0;
    for (let x = 0; x < tinyWidth - 1; x += 1) {
      const at = y * tinyWidth + x;
      row = row * 2 + ((tiny[at] as number) < (tiny[at + 1] as number) ? 1 : 0);
    }
    hash += row.toString(16).padStart(2, '0');
  }
  return hash;
}

function distance(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += Math.abs((a[index] as number) - (b[index] ?? 0));
  return sum / Math.max(1, a.length);
}

/** `wanted` of `total` indices, evenly spread, in order. */
export function chooseEven(total: number, wanted: number): readonly number[] {
  if (total <= wanted) return Array.from({ length: total }, (_, index) => index);
  return Array.from({ length: wanted }, (_, index) => Math.floor(((index + 0.5) * total) / wanted));
}

/** The most different of the pictures: each next one is the farthest from all chosen before (Gonzalez 1985); in order of time. */
export function chooseDifferent(tiny: readonly Uint8Array[], wanted: number): readonly number[] {
  if (tiny.length <= wanted) return tiny.map((_, index) => index);
  const chosen = [0];
  const nearest = tiny.map((picture) => distance(picture, tiny[0] as Uint8Array));
  while (chosen.length < wanted) {
    const next = nearest.reduce((best, value, index) => (value > (nearest[best] as number) ? index : best), 0);
    chosen.push(next);
    nearest.forEach((value, index) => {
      nearest[index] = Math.min(value, distance(tiny[index] as Uint8Array, tiny[next] as Uint8Array));
    });
    nearest[next] = -1;
  }
  return chosen.sort((a, b) => a - b);
}
