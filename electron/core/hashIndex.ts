/** Frames whose 64-bit difference hashes differ in no more bits look alike. */
export const nearDistance = 4;

function bitsOf(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

// Two hashes with at most four different bits agree in at least one of five pieces.
const pieces = [0, 13, 26, 39, 52, 64] as const;

/**
 * Finds near-duplicates among 64-bit hashes (16 hex digits) without comparing all pairs: hashes are filed by each of five
 * pieces of theirs, and only those with a piece in common are compared (multi-index hashing, Norouzi 2012).
 */
export class HashIndex {
  private readonly high: number[] = [];
  private readonly low: number[] = [];
  private readonly exact = new Map<string, number>();
  private readonly files = pieces.slice(1).map(() => new Map<number, number[]>());

  /** Number of different hashes in the index. */
  get size(): number {
    return this.high.length;
  }

  private *keys(high: number, low: number): Generator<readonly [Map<number, number[]>, number]> {
    for (let piece = 0; piece < this.files.length; piece += 1) {
      const [from, to] = [pieces[piece] as number, pieces[piece + 1] as number];
      const mask = 2 ** (to - from) - 1;
      const value = to <= 32 ? low >>> from : from >= 32 ? high >>> (from - 32) : (low >>> from) | (high << (32 - from));
      yield [this.files[piece] as Map<number, number[]>, value & mask];
    }
  }

  /** Number (in the order of `add`) of a hash within `distance` (at most 4), the nearest one; -1 when there is none. */
  find(hash: string, distance = nearDistance): number {
    const same = this.exact.get(hash);
    if (same !== undefined) return same;
    const [high, low] = [parseInt(hash.slice(0, 8), 16) | 0, parseInt(hash.slice(8), 16) | 0];
    let best = -1;
    let least = distance + 1;
    for (const [file, key] of this.keys(high, low)) {
      const candidates = file.get(key);
      if (!candidates) continue;
      for (let index = 0; index < candidates.length; index += 1) {
        const candidate = candidates[index] as number;
        const differing = bitsOf((this.high[candidate] as number) ^ high) + bitsOf((this.low[candidate] as number) ^ low);
        if (differing < least || (differing === least && differing <= distance && candidate < best)) {
          least = differing;
          best = candidate;
        }
      }
      if (least === 1) break;
    }
    return best;
  }

  /** Files a hash; gives its number (that of the same hash when it is there already). */
  add(hash: string): number {
    const same = this.exact.get(hash);
    if (same !== undefined) return same;
    const number = this.high.length;
    const [high, low] = [parseInt(hash.slice(0, 8), 16) | 0, parseInt(hash.slice(8), 16) | 0];
    this.high.push(high);
    this.low.push(low);
    this.exact.set(hash, number);
    for (const [file, key] of this.keys(high, low)) {
      const list = file.get(key);
      if (list) list.push(number);
      else file.set(key, [number]);
    }
    return number;
  }
}

/**
 * Groups of near-duplicates: in the given order each hash joins the group of the nearest leader within `nearDistance`, or
 * leads a new one. Members of a group are near their leader, so a slow pan does not chain a whole film together.
 * Gives the indices of each group of two or more.
 */
export function groupHashes(hashes: readonly string[]): readonly (readonly number[])[] {
  const steps = groupHashesInSteps(hashes, hashes.length);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** As `groupHashes`, with a rest after every `size` hashes: yields how many are done. */
export function* groupHashesInSteps(hashes: readonly string[], size: number): Generator<number, readonly (readonly number[])[]> {
  const index = new HashIndex();
  const groups: number[][] = [];
  for (let at = 0; at < hashes.length; at += 1) {
    const hash = hashes[at] as string;
    const leader = index.find(hash);
    if (leader >= 0) groups[leader]?.push(at);
    else groups[index.add(hash)] = [at];
    if ((at + 1) % size === 0) yield at + 1;
  }
  return groups.filter((group) => group.length > 1);
}
