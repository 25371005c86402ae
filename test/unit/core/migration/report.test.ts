import { expect, it } from 'vitest';
import { changeArchitecture } from '../../../../electron/core/migration/change';
import { planMigration } from '../../../../electron/core/migration/plan';
import { migrationReport } from '../../../../electron/core/migration/report';
import type { MigrationCheck } from '../../../../electron/core/migrations';
import { createSpeaker } from '../../../../electron/services/texts';
import { conv, dense, globalMean, model, network, picture } from '../../../helpers/smallModels';

const source = model(network(picture(8), [conv('first_conv', 2, 3), globalMean(), dense('head', 2, 'softmax')]), ['cup|mug', 'duck']);
const plan = planMigration({ source, target: changeArchitecture(source, { input: picture(16), addClasses: ['bird'], route: 'exact' }), route: 'exact' });
const check: MigrationCheck = {
  frames: 90, sameAnswers: 0.9999, sameAnswersOverall: 1, maxProbabilityDifference: 1e-7, maxLogitDifference: 2e-6, maxLogit: 12.3,
  accuracyBefore: 0.9, accuracyAfter: 0.9, accuracyNaive: 0.2,
  perBackground: [{ background: 'paper', frames: 90, before: 0.9, after: 0.9, naive: null }],
  worstFrames: [], trail: { equalUpTo: 'pool_2', firstDifference: 'dense1' }, grade: 'exact', passed: true,
  refit: [{ layer: 'head', frames: 90, heldOutBefore: 1.5, heldOutAfter: 0.5, accepted: true }, { layer: 'head', frames: 1, heldOutBefore: 0.5, heldOutAfter: 0.6, accepted: false }],
};

it.each(['en', 'ru'] as const)('says everything in %s, as Markdown', (language) => {
  const report = migrationReport({ plan, check, source: 'cups_1', target: null, say: createSpeaker(language).say });
  expect(report).not.toMatch(/\{\{|migrations:/);
  expect(report).toContain('cups\\_1');
  expect(report).toContain('cup\\|mug');
  expect(report).toContain('99.9 %');
  expect(report).toContain('first\\_conv/kernel | 3x3x1x2 → 6x6x1x2');
  const tables = report.split('\n').filter((line) => line.startsWith('|'));
  for (const line of tables) expect([6, 7]).toContain(line.replaceAll('\\|', '').split('|').length);
  expect(tables).toHaveLength(4 + 2 + plan.weights.length);
});

it('has a line for each refit, kept or not', () => {
  const report = migrationReport({ plan, check, source: 'a', target: 'b', say: createSpeaker('en').say });
  expect(report).toContain('head was refitted on 90 unlabelled frames: what is lacking fell from 1.50 to 0.50');
  expect(report).toContain('head: a refit on 1 unlabelled frame did not help');
  expect(report).toContain('Equal up to layer pool\\_2; the first difference is at dense1.');
  expect(report).toContain('Saved as b.');
});
