import { formatInputShape } from '../architecture';
import type { TextParams } from '../errors';
import type { MigrationCheck, MigrationPlan, Reason, WeightPlan } from '../migrations';
import { cutRatio } from '../numbers';

export interface ReportQuestion {
  readonly plan: MigrationPlan;
  readonly check: MigrationCheck;
  /** Names of the models; `target` is null where nothing was saved. */
  readonly source: string;
  readonly target: string | null;
  /** Says a sentence of `texts` in the reader's language. */
  readonly say: (key: string, params?: TextParams) => string;
}

/** What a migration did and what the check found, as Markdown: to be kept, printed or sent. */
export function migrationReport({ plan, check, source, target, say }: ReportQuestion): string {
  const [from, to] = [plan.source.architecture.input, plan.target.architecture.input].map(formatInputShape);
  const lines = [
    `# ${say('migrations:reportTitle', { source: plain(source) })}`,
    '',
    target === null ? say('migrations:reportNotSaved') : say('migrations:reportSaved', { target: plain(target) }),
    '',
    `- ${say('migrations:reportInput', { from: from!, to: to! })}`,
    `- ${say('migrations:reportClasses', { from: plain(plan.source.classNames.join(', ')), to: plain(plan.target.classNames.join(', ')) })}`,
    `- ${say('migrations:reportParameters', { before: plan.parameters.before, after: plan.parameters.after })}`,
    `- ${say('migrations:reportPromise', { grade: grade(plan.grade, say) })}`,
    '',
    `## ${say('migrations:reportCheck')}`,
    '',
    ...checkLines(check, say),
    '',
    `## ${say('migrations:reportLayers')}`,
    '',
    ...layerTable(plan, say),
    ...plan.notes.flatMap((note) => ['', sentence(note, say)]),
  ];
  return `${lines.join('\n')}\n`;
}

type Say = ReportQuestion['say'];

function checkLines(check: MigrationCheck, say: Say): string[] {
  const begins = trailReason(check);
  const head = ['reportBackground', 'reportFrames', 'reportBefore', 'reportAfter', 'reportNaive'].map((key) => say(`migrations:${key}`));
  const total = { background: say('migrations:reportAll'), frames: check.frames, before: check.accuracyBefore, after: check.accuracyAfter, naive: check.accuracyNaive };
  const rows = [...check.perBackground, total].map((row) => [row.background || '–', String(row.frames), ...[row.before, row.after, row.naive].map(cutRatio)]);
  return [
    say(check.passed ? 'migrations:reportPassed' : 'migrations:reportFailed', { grade: grade(check.grade, say) }),
    '',
    `- ${say('migrations:reportSame', { count: check.frames, same: cutRatio(check.sameAnswers) })}`,
    `- ${say('migrations:reportDifference', { difference: check.maxLogitDifference.toExponential(1), logit: check.maxLogit.toFixed(1), probability: check.maxProbabilityDifference.toExponential(1) })}`,
    ...(typeof check.trainingModeDifference === 'number' ? [`- ${say('migrations:reportTraining', { difference: check.trainingModeDifference.toExponential(1) })}`] : []),
    ...(begins ? [`- ${plain(sentence(begins, say))}`] : []),
    ...(check.refit ?? []).map(({ layer, heldOutBefore, heldOutAfter, accepted, frames }) =>
      `- ${say(accepted ? 'migrations:reportRefit' : 'migrations:reportRefitRefused', { layer: plain(layer), count: frames, before: heldOutBefore.toFixed(2), after: heldOutAfter.toFixed(2) })}`,
    ),
    ...(check.weights ? [`- ${say('migrations:reportWeights', { source: check.weights.source, target: check.weights.target })}`] : []),
    ...(check.keptEnergy ?? []).map(({ layer, kept }) => `- ${say('migrations:reportKept', { layer: plain(layer), kept: cutRatio(kept) })}`),
    ...(check.newClasses ?? []).map(({ name, frames, tested, recall }) => `- ${say('migrations:reportNewClass', { class: plain(name), count: frames, tested, recall: cutRatio(recall) })}`),
    '',
    ...tableOf(head, rows),
  ];
}

function layerTable(plan: MigrationPlan, say: Say): string[] {
  const head = ['reportWeight', 'reportShape', 'reportGrade', 'reportRule', 'reportWhat'].map((key) => say(`migrations:${key}`));
  const shape = (row: WeightPlan) => `${row.oldShape?.join('x') ?? '–'} → ${row.newShape?.join('x') ?? '–'}`;
  const rows = plan.weights.map((row) => [`${row.layer}/${row.weight}`, shape(row), grade(row.grade, say), row.rule, row.reasons.map((reason) => sentence(reason, say)).join(' ')]);
  return tableOf(head, rows);
}

/** Where a difference begins, as a sentence; null where nothing was found. */
export function trailReason({ trail }: MigrationCheck): Reason | null {
  if (!trail?.firstDifference) return null;
  const layer = trail.firstDifference;
  return trail.equalUpTo === null ? { key: 'migrations:differsFromStart', params: { layer } } : { key: 'migrations:differenceBegins', params: { equal: trail.equalUpTo, layer } };
}

function grade(value: MigrationPlan['grade'], say: Say): string {
  return say({ exact: 'migrations:gradeExact', close: 'migrations:gradeClose', start: 'migrations:gradeStart' }[value]);
}

function sentence({ key, params }: Reason, say: Say): string {
  return say(key, params);
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- ').join('|')}|`, ...rows.map(line)];
}

/** Text that Markdown takes as it is. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`).replaceAll(/\s+/g, ' ');
}
