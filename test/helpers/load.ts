import { Agent } from 'node:http';
import { ask } from './http';
import type { Served } from './served';

export interface Load {
  readonly requests: number;
  readonly errors: number;
  /** How many answers of each status that is not 200; 0: the line was cut. */
  readonly refused: Readonly<Record<number, number>>;
  readonly perSecond: number;
  readonly p50Milliseconds: number;
  readonly p95Milliseconds: number;
  readonly worstMilliseconds: number;
}

/** So many requests at a time for so many seconds, each with one of the pictures. */
export async function measureLoad({ address, token }: Served, pictures: readonly Uint8Array[], atOnce: number, seconds: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const spent: number[] = [];
  const refused: Record<number, number> = {};
  const started = performance.now();
  const one = async (first: number): Promise<void> => {
    for (let turn = first; performance.now() - started < seconds * 1000; turn += atOnce) {
      const { status, milliseconds } = await ask(address, '/v1/predict', { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'image/jpeg' }, body: pictures[turn % pictures.length], agent });
      spent.push(milliseconds);
      if (status !== 200) refused[status ?? 0] = (refused[status ?? 0] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => one(index)));
  const elapsed = (performance.now() - started) / 1000;
  agent.destroy();
  const sorted = spent.sort((a, b) => a - b);
  const at = (share: number): number => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN) * 10) / 10;
  return { requests: sorted.length, errors: Object.values(refused).reduce((sum, count) => sum + count, 0), refused, perSecond: Math.round((sorted.length / elapsed) * 10) / 10, p50Milliseconds: at(0.5), p95Milliseconds: at(0.95), worstMilliseconds: at(1) };
}
