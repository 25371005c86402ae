import { expect, test } from 'vitest';
import { buildWorkers } from '../../helpers/builtWorkers';
import { fuzzModelFiles } from '../../helpers/fuzzing';

test('100 damaged model files are refused or loaded; none is a bug, takes long, or fills the memory', async () => {
  const workers = await buildWorkers();
  try {
    const figures = await fuzzModelFiles(workers.folder, 100, 7);
    expect(figures).toMatchObject({ bugs: [] });
    expect(figures.loaded + figures.refused + figures.ended + figures.hung).toBe(100);
    expect(figures.slowestSeconds).toBeLessThan(20);
    expect(figures.peakMemoryMiB).toBeLessThan(2048);
  } finally {
    workers.remove();
  }
}, 240_000);
