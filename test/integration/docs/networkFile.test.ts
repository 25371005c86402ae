import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { Architecture } from '../../../electron/core/architecture';
import { countParameters, validateArchitecture } from '../../../electron/core/shapes';

const page = readFileSync(resolve(import.meta.dirname, '../../../resources/docs/project-folder.md'), 'utf8');

test('the network in the reference is one', () => {
  const network = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as Architecture;
  validateArchitecture(network);
  expect(countParameters(network).total).toBe(3 * 3 * 3 * 16 + 16 + 32 * 32 * 16 * 3 + 3);
});

test('every type of layer stands in the reference', () => {
  const source = readFileSync(resolve(import.meta.dirname, '../../../electron/core/architecture.ts'), 'utf8');
  const types = [...source.matchAll(/readonly type: ([^;]+);/g)].flatMap(([, names = '']) => [...names.matchAll(/'(\w+)'/g)].map(([, name]) => name as string));
  expect(types.length).toBeGreaterThan(20);
  for (const type of types) expect(page).toContain(`\`${type}\``);
});
