import { defineConfig } from 'vitest/config';

/** `unit`: no disk, no process, no Electron. `integration`: real SQLite, ffmpeg, TensorFlow, worker processes. */
export default defineConfig({
  test: {
    globals: true,
    projects: [
      { test: { name: 'unit', globals: true, environment: 'node', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 30_000 } },
      {
        test: {
          name: 'integration',
          globals: true,
          environment: 'node',
          pool: 'forks',
          include: ['test/integration/**/*.test.ts'],
          // Two heavy native engines at once would only measure each other.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
