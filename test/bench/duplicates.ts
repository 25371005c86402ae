import { cpus } from 'node:os';
import { groupHashes, HashIndex } from '../../electron/core/hashIndex';
import { Random } from '../../electron/core/random';

/** Stacks of near-duplicates among 100,000 hashes, and the search across train and validation, for three kinds of films. */
const random = Random.seeded(1);
const total = 100_000;
const hash = (): number[] => Array.from({ length: 64 }, () => random.below(2));
const text = (bits: readonly number[]): string => Array.from({ length: 16 }, (_, at) => parseInt(bits.slice(at * 4, at * 4 + 4).join(''), 2).toString(16)).join('');

const kinds: Readonly<Record<string, () => readonly string[]>> = {
  'all different': () => Array.from({ length: total }, () => text(hash())),
  // 500 films of 200 frames: each frame differs from the last in up to two bits.
  'slow films': () =>
    Array.from({ length: 500 }, () => {
      const bits = hash();
      return Array.from({ length: 200 }, () => {
        for (let change = random.below(3); change > 0; change -= 1) bits[random.below(64)] = random.below(2);
        return text(bits);
      });
    }).flat(),
  // Plain backgrounds: nine of ten bits are 0, so that many hashes have pieces in common.
  'plain backgrounds': () => Array.from({ length: total }, () => text(Array.from({ length: 64 }, () => (random.below(10) === 0 ? 1 : 0)))),
};

const rows = Object.entries(kinds).map(([films, make]) => {
  const hashes = make();
  const started = performance.now();
  const stacks = groupHashes(hashes);
  const grouped = performance.now();
  const index = new HashIndex();
  for (const value of hashes.slice(0, total * 0.8)) index.add(value);
  const across = hashes.slice(total * 0.8).filter((value) => index.find(value) >= 0).length;
  return { films, hashes: hashes.length, stacks: stacks.length, seconds: Number(((grouped - started) / 1000).toFixed(2)), across, acrossSeconds: Number(((performance.now() - grouped) / 1000).toFixed(2)) };
});
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: true, machine: { processor: cpus()[0]?.model ?? '?', cores: cpus().length }, rows })}\n`);
else console.table(rows);
