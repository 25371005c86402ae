import type { AxisMap } from '../migrations';
import { sparseMap, selectMap } from './axisMaps';

/** What a network answers with. */
export type Head = 'softmax' | 'sigmoid';

/**
 * K6: the map of the last axis where one of two heads is a single sigmoid for the second of two classes:
 * e^b / (e^a + e^b) = sigmoid(b - a), and back: the logit of the first class is 0. null where a class of the sigmoid is new.
 * @param classMap new class -> old class, -1 for a new one
 */
export function sigmoidMap([next, old]: readonly [next: Head, old: Head], classMap: readonly number[], oldSize: number): AxisMap | null {
  if (next === 'softmax') return sparseMap('select', oldSize, classMap.map((from) => (from < 0 ? [] : [[0, from === 1 ? 1 : 0] as const])));
  const [first = -1, second = -1] = classMap;
  if (first < 0 || second < 0) return null;
  if (old === 'sigmoid') return first === 0 ? selectMap('select', 1, [0]) : sparseMap('select', 1, [[[0, -1]]]);
  return sparseMap('select', oldSize, [[[second, 1], [first, -1]]]);
}
