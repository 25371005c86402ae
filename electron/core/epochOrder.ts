import type { Random } from './random';
import type { Balance } from './training';

/** What the balancing of an epoch goes by. */
export interface BalancedExample {
  /** -1: no label. */
  readonly classIndex: number;
  readonly background: string | null;
}

type Key = (example: number) => string | number;

/** `count` of the indices in a random order; where there are fewer, each comes equally often, give or take one. */
function draw(indices: Int32Array, count: number, random: Random): Int32Array {
  const result = new Int32Array(count);
  for (let at = 0; at < count; at += indices.length) {
    const turn = indices.slice();
    random.shuffle(turn);
    result.set(turn.subarray(0, Math.min(turn.length, count - at)), at);
  }
  return result;
}

function drawEvenly(indices: Int32Array, count: number, keys: readonly Key[], random: Random): Int32Array {
  const [key, ...rest] = keys;
  if (!key || count === 0) return draw(indices, count, random);
  const groups = new Map<string | number, number[]>();
  for (const index of indices) {
    const group = groups.get(key(index));
    if (group) group.push(index);
    else groups.set(key(index), [index]);
  }
  const parts = [...groups.values()];
  const share = Math.floor(count / parts.length);
  // Who gets the rest is drawn anew in each epoch.
  const first = random.below(parts.length);
  const extra = count - share * parts.length;
  const result = new Int32Array(count);
  let at = 0;
  parts.forEach((part, number) => {
    const own = drawEvenly(Int32Array.from(part), share + ((number - first + parts.length) % parts.length < extra ? 1 : 0), rest, random);
    result.set(own, at);
    at += own.length;
  });
  return result;
}

/**
 * The examples of one epoch in their order; always as many as there are in `train`. Balanced: each class (background)
 * comes equally often; `both`: each class equally often, and within a class each of its backgrounds. Frames without a label
 * keep their share. The same state of `random` gives the same order.
 */
export function epochOrder(train: Int32Array, examples: readonly BalancedExample[], balance: Balance, random: Random): Int32Array {
  const order = train.slice();
  if (balance !== 'none') {
    const byClass: Key = (index) => examples[index]?.classIndex ?? -1;
    const byBackground: Key = (index) => examples[index]?.background ?? '';
    const keys = balance === 'class' ? [byClass] : balance === 'background' ? [byBackground] : [byClass, byBackground];
    const labelled = train.filter((index) => (examples[index]?.classIndex ?? -1) >= 0);
    const rest = train.filter((index) => (examples[index]?.classIndex ?? -1) < 0);
    order.set(drawEvenly(labelled, labelled.length, keys, random));
    order.set(rest, labelled.length);
  }
  random.shuffle(order);
  return order;
}
