/** Turns the reports of the test runners into counts. Pure. */

/** @typedef {{passed: number, failed: number, skipped: {name: string, reason: string | null}[]}} Counts */

/** @returns {Counts} */
export function oneCheck(/** @type {boolean} */ passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: [] };
}

/**
 * Counts in a report of vitest's JSON reporter; a file that could not even be loaded counts as one failure.
 * @param {any} report
 * @returns {Counts}
 */
export function countVitest(report) {
  const counts = /** @type {Counts} */ ({ passed: 0, failed: 0, skipped: [] });
  for (const file of report.testResults ?? []) {
    if (file.status === 'failed' && !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed')) counts.failed += 1;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') counts.failed += 1;
      else counts.skipped.push({ name: test.fullName, reason: test.meta?.reason ?? null });
    }
  }
  return counts;
}

/**
 * Counts in a report of Playwright's JSON reporter; flaky tests passed in the end.
 * @param {any} report
 * @returns {Counts}
 */
export function countPlaywright(report) {
  const counts = /** @type {Counts} */ ({ passed: 0, failed: (report.errors ?? []).length, skipped: [] });
  const visit = (/** @type {any} */ suite) => {
    for (const child of suite.suites ?? []) visit(child);
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'expected' || test.status === 'flaky') counts.passed += 1;
        else if (test.status === 'unexpected') counts.failed += 1;
        else counts.skipped.push({ name: spec.title, reason: test.annotations?.find((/** @type {any} */ note) => note.type === 'skip' || note.type === 'fixme')?.description ?? null });
      }
    }
  };
  for (const suite of report.suites ?? []) visit(suite);
  return counts;
}

/**
 * Brings a runner's counts and its exit code together: a run that failed or counted nothing is a failure.
 * @param {Counts | null} counts null if there is no report
 * @param {boolean} succeeded by exit code
 * @returns {Counts}
 */
export function trusted(counts, succeeded) {
  const known = counts ?? { passed: 0, failed: 0, skipped: [] };
  const silent = !succeeded && known.failed === 0;
  const empty = succeeded && known.passed + known.failed + known.skipped.length === 0;
  return silent || empty ? { ...known, failed: known.failed + 1 } : known;
}

/** @returns {Counts} */
export function sum(/** @type {readonly Counts[]} */ all) {
  return {
    passed: all.reduce((total, one) => total + one.passed, 0),
    failed: all.reduce((total, one) => total + one.failed, 0),
    skipped: all.flatMap((one) => one.skipped),
  };
}

/**
 * The closing lines; the very last one reads `N passed, N failed`.
 * @param {Counts} counts
 */
export function closingLines({ passed, failed, skipped }) {
  const reasons = new Set(skipped.map(({ name, reason }) => reason ?? name));
  const lines = skipped.length > 0 ? [`${skipped.length} skipped: ${[...reasons].join('; ')}`] : [];
  return [...lines, `${passed} passed, ${failed} failed`];
}
