/** What the set-up says: everything goes to stderr, so that a command's own output stays clean. */

let quiet = false;
let lastShown = { label: '', at: 0, percent: -1 };

/** A failure that the user can act on; shown as one sentence, without a stack. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/** Turns the lines of `step` and `progress` off or on. */
export function setQuiet(/** @type {boolean} */ value) {
  quiet = value;
}

/** Says in one line what is being done now. */
export function step(/** @type {string} */ text) {
  if (!quiet) process.stderr.write(`${clearLine()}setup: ${text}\n`);
}

/** Something worth knowing even when steps are not shown. */
export function note(/** @type {string} */ text) {
  process.stderr.write(`${clearLine()}setup: ${text}\n`);
}

/**
 * Shows how far a transfer is: one living line on a terminal, a line per tenth elsewhere.
 * @param {string} label
 * @param {number} done bytes so far
 * @param {number | null} total bytes in all, if known
 */
export function progress(label, done, total) {
  if (quiet) return;
  const percent = total ? Math.min(100, Math.floor((100 * done) / total)) : -1;
  const now = Date.now();
  const same = lastShown.label === label;
  if (process.stderr.isTTY) {
    if (same && now - lastShown.at < 100 && percent < 100) return;
    process.stderr.write(`\r\x1b[K${progressText(label, done, total)}`);
  } else {
    const moved = !same || (percent >= 0 ? percent >= lastShown.percent + 10 : now - lastShown.at > 5000);
    if (!moved) return;
    process.stderr.write(`${progressText(label, done, total)}\n`);
  }
  lastShown = { label, at: now, percent };
}

/**
 * The text of a progress line: `setup:   tensorflow 34 % (93 of 274 MB)`.
 * @param {string} label
 * @param {number} done
 * @param {number | null} total
 */
export function progressText(label, done, total) {
  if (!total) return `setup:   ${label} ${megabytes(done)} MB`;
  const percent = Math.min(100, Math.floor((100 * done) / total));
  return `setup:   ${label} ${percent} % (${megabytes(Math.min(done, total))} of ${megabytes(total)} MB)`;
}

function megabytes(/** @type {number} */ bytes) {
  return Math.round(bytes / 1e6);
}

function clearLine() {
  const living = process.stderr.isTTY && lastShown.label !== '';
  lastShown = { label: '', at: 0, percent: -1 };
  return living ? '\r\x1b[K' : '';
}
