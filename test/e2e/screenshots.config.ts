import { defineConfig } from '@playwright/test';
import { resolve } from 'node:path';

/** The pictures of the README and the help; no test, so it is not among them. */
export default defineConfig({
  testDir: '.',
  testMatch: 'screenshots.ts',
  outputDir: resolve(import.meta.dirname, '../../out/test-results'),
  timeout: 1_200_000,
  expect: { timeout: 60_000 },
  workers: 1,
  reporter: [['list']],
});
