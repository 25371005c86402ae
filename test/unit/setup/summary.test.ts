import { describe, expect, it } from 'vitest';
import { closingLines, countPlaywright, countVitest, oneCheck, sum, trusted } from '../../../electron/setup/counts.mjs';

const vitestReport = {
  testResults: [
    { status: 'passed', assertionResults: [{ status: 'passed', fullName: 'a' }, { status: 'pending', fullName: 'needs a camera' }] },
    { status: 'failed', assertionResults: [{ status: 'failed', fullName: 'b' }, { status: 'passed', fullName: 'c' }] },
    { status: 'failed', assertionResults: [] },
  ],
};

describe('counting tests', () => {
  it('counts vitest results, and a file that could not be loaded as one failure', () => {
    expect(countVitest(vitestReport)).toEqual({ passed: 2, failed: 2, skipped: [{ name: 'needs a camera', reason: null }] });
  });

  it('counts Playwright results in nested suites, flaky ones as passed, global errors as failed', () => {
    const spec = (status: string, annotations: unknown[] = []) => ({ title: status, tests: [{ status, annotations }] });
    const report = {
      errors: [{ message: 'global set-up failed' }],
      suites: [{ specs: [spec('expected')], suites: [{ specs: [spec('flaky'), spec('unexpected'), spec('skipped', [{ type: 'skip', description: 'no camera' }])] }] }],
    };
    expect(countPlaywright(report)).toEqual({ passed: 2, failed: 2, skipped: [{ name: 'skipped', reason: 'no camera' }] });
  });

  it('does not trust a run that failed silently or tested nothing', () => {
    expect(trusted(null, false).failed).toBe(1);
    expect(trusted(oneCheck(true), false)).toMatchObject({ passed: 1, failed: 1 });
    expect(trusted(oneCheck(false), false).failed).toBe(1);
    expect(trusted({ passed: 0, failed: 0, skipped: [] }, true).failed).toBe(1);
    expect(trusted(oneCheck(true), true)).toEqual(oneCheck(true));
  });

  it('ends with the line that is read by machines', () => {
    const skipped = { passed: 3, failed: 0, skipped: [{ name: 'x', reason: 'no GPU' }, { name: 'y', reason: 'no GPU' }] };
    expect(closingLines(sum([skipped, oneCheck(false)]))).toEqual(['2 skipped: no GPU', '3 passed, 1 failed']);
    expect(closingLines(oneCheck(true))).toEqual(['1 passed, 0 failed']);
  });
});
