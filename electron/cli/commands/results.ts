import type { Command as Program } from 'commander';
import { compareModels } from '../../services/comparisons';
import { confidenceOf, setThreshold } from '../../services/confidence';
import { evaluateModel } from '../../services/evaluations';
import { resolveModel } from '../../services/models';
import { openProject, withProject } from '../../services/projects';
import { acceptSuggestions, askAboutAll, suggestions } from '../../services/suggestions';
import { percent, table, UsageError, type GlobalOptions } from '../io';
import { runCommand } from '../run';

function addThreshold(program: Program): void {
  program
    .command('threshold')
    .argument('<project>')
    .option('--model <model>', 'id, name, last or best', 'last')
    .option('--set <score>', 'a score from 0 to 1, none, or proposed')
    .description('below which score a model answers "unknown", and what that costs')
    .addHelpText('after', '\nExample:\n  graft threshold Toys.graft --set proposed')
    .action((path: string, options: { model: string; set?: string }, command: Program) => {
      const wish = options.set === undefined || options.set === 'none' || options.set === 'proposed' ? options.set : Number(options.set);
      if (typeof wish === 'number' && !(wish >= 0 && wish <= 1)) throw new UsageError(`--set ${options.set}: a score from 0 to 1, none, or proposed`);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
        withProject(() => openProject(path), async (project) => {
          const model = resolveModel(project, options.model);
          await evaluateModel(project, model, 'validation', workers, context);
          const before = confidenceOf(project, model);
          if (wish !== undefined) setThreshold(project, model, wish === 'none' ? null : wish === 'proposed' ? before.proposed : wish);
          const { frames, calibration, threshold, proposed, costs } = confidenceOf(project, model);
          const cost = threshold === null ? null : costs[Math.round(threshold * 100)];
          const { say } = terminal.speaker;
          terminal.print(threshold === null || !cost ? say('cli:noThreshold', { proposed: proposed === null ? '–' : percent(proposed) }) : say('cli:threshold', { threshold: percent(threshold), lost: cost.rightLost, right: cost.right, caught: cost.wrongCaught, wrong: cost.wrong }));
          terminal.result({ model: model.id, frames, threshold, proposed, calibrationError: calibration.error, cost: cost ?? null });
        }),
      );
    });
}

function addSuggest(program: Program): void {
  program
    .command('suggest')
    .argument('<project>')
    .option('--model <model>', 'id, name, last or best', 'last')
    .option('--above <score>', 'only what it is as sure of as this', '0')
    .option('--accept', 'label those frames so')
    .description('labels that a model suggests for frames without one')
    .addHelpText('after', '\nExample:\n  graft suggest Toys.graft --above 0.95 --accept')
    .action((path: string, options: { model: string; above: string; accept?: boolean }, command: Program) => {
      const above = Number(options.above);
      if (!(above >= 0 && above <= 1)) throw new UsageError(`--above ${options.above}: a score from 0 to 1`);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
        withProject(() => openProject(path), async (project) => {
          const model = resolveModel(project, options.model);
          await askAboutAll(project, model, workers, context);
          const found = suggestions(project, model).filter(({ score }) => score >= above);
          const change = options.accept === true ? acceptSuggestions(project, model, found.map(({ frameId }) => frameId)) : null;
          const { say } = terminal.speaker;
          const counts = new Map<string, number>();
          for (const { class: name } of found) counts.set(name, (counts.get(name) ?? 0) + 1);
          terminal.print(table([say('cli:class'), say('cli:frames')], [...counts].map(([name, count]) => [name, String(count)])));
          if (change?.entry) terminal.print(say(change.entry.title, change.entry.params));
          terminal.result({ model: model.id, suggestions: found, changed: change?.changed ?? 0, undoId: change?.entry?.id ?? null });
        }),
      );
    });
}

/** `compare`, `threshold`, `suggest`. */
export function addResultCommands(program: Program): void {
  program
    .command('compare')
    .argument('<project>')
    .argument('<first>', 'a model')
    .argument('<second>', 'another one')
    .description('two models on the same validation frames')
    .addHelpText('after', '\nExample:\n  graft compare Toys.graft "Round 1" "Round 2"')
    .action((path: string, first: string, second: string, _options: object, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
        withProject(() => openProject(path), async (project) => {
          const [one, other] = [resolveModel(project, first), resolveModel(project, second)];
          const comparison = await compareModels(project, one, other, workers, context);
          const { say } = terminal.speaker;
          terminal.print(say('cli:compared', { first: one.name, second: other.name, frames: comparison.frames, both: comparison.bothRight, onlyFirst: comparison.onlyFirst, onlySecond: comparison.onlySecond, neither: comparison.bothWrong }));
          if (comparison.chance !== null) terminal.print(say('cli:comparedChance', { chance: percent(comparison.chance) }));
          terminal.result({ first: one.id, second: other.id, ...comparison });
        }),
      ),
    );
  addThreshold(program);
  addSuggest(program);
}
