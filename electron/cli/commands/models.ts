import type { Command as Program } from 'commander';
import { closeSync, existsSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatInputShape, parseInputShape } from '../../core/architecture';
import { UserError } from '../../core/errors';
import { migrationReport, trailReason } from '../../core/migration/report';
import { readArchitectureFile } from '../../services/architectures';
import { checkMigration, keepMigration, planFor, repeatMigration, type MigrationChange } from '../../services/migrations';
import { resolveModel } from '../../services/models';
import { predictFiles, predictWithFile } from '../../services/predictions';
import { openProject, readProject, withProject, type Project, type ReadProject } from '../../services/projects';
import { modelViews } from '../../services/views';
import type { MigrationCheck, MigrationPlan } from '../../core/migrations';
import { percent, table, UsageError, type GlobalOptions, type Terminal } from '../io';
import { runCommand } from '../run';
import { addConvertCommand, addHandoffCommand, addModelExportCommands } from './modelExports';
import { addModelFileCommands, sayPredictions } from './modelFiles';

interface MigrateOptions {
  readonly model?: string;
  readonly repeat?: string;
  readonly input?: string;
  readonly width?: string;
  readonly addClass?: string[];
  readonly removeClass?: string[];
  readonly splitClass?: string[];
  readonly mergeClass?: string[];
  readonly addLayer?: string;
  readonly newClassStart?: string;
  readonly architecture?: string;
  readonly pair?: string[];
  readonly widen?: string;
  readonly oldChannels?: string;
  readonly oldPixels?: string;
  readonly inside?: string;
  readonly firstKernels?: string;
  readonly head?: string;
  readonly route: string;
  readonly plan?: boolean;
  readonly report?: string;
  readonly name?: string;
}

/** `A=B,C`: a name and at least two others. */
function named(option: string, text: string): readonly [string, readonly string[]] {
  const [name, list, ...rest] = text.split('=');
  const names = (list ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '');
  if (!name?.trim() || names.length < 2 || rest.length > 0) throw new UsageError(`${option} ${text}: a name and at least two others, e.g. ${option === '--split-class' ? 'cup=mug,glass' : 'cup=mug,glass (cup is the new class)'}`);
  return [name.trim(), names];
}

/** One of the words that an option knows. */
function oneOf<T extends string>(option: string, text: string | undefined, words: readonly T[]): T | undefined {
  const word = words.find((other) => other === text);
  if (text !== undefined && word === undefined) throw new UsageError(`${option} ${text}: ${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`);
  return word;
}

/** How the old model's pictures relate to the new ones; undefined where nothing is said. */
function oldPicturesOf({ oldChannels, oldPixels, inside }: MigrateOptions): MigrationChange['oldPictures'] {
  const channels = oneOf('--old-channels', oldChannels, ['luma', 'mean', 'newest', 'bgr', 'yuv', 'ycbcr']);
  const pixels = oneOf('--old-pixels', oldPixels, ['area', 'bilinear', 'bicubic', 'repeated']);
  const place = inside === undefined || inside === 'centre' ? null : /^(\d{1,4}),(\d{1,4})$/.exec(inside);
  if (inside !== undefined && inside !== 'centre' && !place) throw new UsageError(`--inside ${inside}: centre, or pixels from the top and the left, e.g. 8,16`);
  if (!channels && !pixels && inside === undefined) return undefined;
  return { channels, pixels, ...(place ? { inside: { top: Number(place[1]), left: Number(place[2]) } } : inside === 'centre' ? { inside } : {}) };
}

function changeOf(options: MigrateOptions): MigrationChange {
  const input = options.input ? parseInputShape(options.input) : null;
  if (options.input && !input) throw new UsageError(`--input ${options.input}: height x width x channels, e.g. 128x128x3`);
  const width = options.width === undefined ? 1 : Number(options.width);
  if (!(width > 0)) throw new UsageError(`--width ${options.width}: a number above 0 is expected`);
  if (options.route !== 'exact' && options.route !== 'native') throw new UsageError(`--route ${options.route}: exact or native`);
  const addLayer = options.addLayer ?? null;
  if (addLayer !== null && addLayer !== 'front' && addLayer !== 'middle' && addLayer !== 'top') throw new UsageError(`--add-layer ${addLayer}: front, middle or top`);
  const newClassStart = options.newClassStart ?? null;
  if (newClassStart !== null && newClassStart !== 'silent' && newClassStart !== 'centred' && newClassStart !== 'imprint' && newClassStart !== 'logistic') throw new UsageError(`--new-class-start ${newClassStart}: silent, centred, imprint or logistic`);
  const overrides = (options.pair ?? []).map((text) => {
    const [layer, from, ...rest] = text.split('=');
    if (!layer || !from || rest.length > 0) throw new UsageError(`--pair ${text}: new layer = old layer, or new layer = fresh, e.g. conv2=conv1`);
    return { layer, from: from === 'fresh' ? null : from, locked: true };
  });
  const widen = options.widen ?? 'silent';
  if (widen !== 'silent' && widen !== 'equal' && widen !== 'unequal') throw new UsageError(`--widen ${widen}: silent, equal or unequal`);
  const splitClasses = (options.splitClass ?? []).map((text) => named('--split-class', text)).map(([name, into]) => ({ name, into }));
  const mergeClasses = (options.mergeClass ?? []).map((text) => named('--merge-class', text)).map(([into, from]) => ({ into, from }));
  const change = { input, width, splitClasses, mergeClasses, addClasses: options.addClass ?? [], removeClasses: options.removeClass ?? [], addLayer, newClassStart, overrides, widen, oldPictures: oldPicturesOf(options), firstKernels: oneOf('--first-kernels', options.firstKernels, ['copied', 'spread', 'stuffed']), head: oneOf('--head', options.head, ['softmax', 'sigmoid']), route: options.route, architecture: options.architecture ? readArchitectureFile(options.architecture) : null } as const;
  if (!input && width === 1 && change.addClasses.length === 0 && change.removeClasses.length === 0 && !addLayer && overrides.length === 0 && splitClasses.length === 0 && mergeClasses.length === 0 && !change.architecture && !change.oldPictures && !change.head) throw new UsageError('nothing to change: give --input, --width, --add-class, --remove-class, --split-class, --merge-class, --add-layer, --pair, --old-channels, --head or --architecture');
  return change;
}

/** Refuses a report that could not be written, before anything is done. Errors: `UserError` `migrations:reportUnwritable`. */
function checkWritable(file: string): void {
  const there = existsSync(file);
  try {
    closeSync(openSync(file, 'a'));
  } catch (error) {
    throw new UserError('migrations:reportUnwritable', { file, problem: (error as Error).message }, { cause: error });
  }
  if (!there) rmSync(file);
}

/** The plan and what the check found, in words. */
export function showMigration(terminal: Terminal, plan: MigrationPlan, check: MigrationCheck): void {
  const { say } = terminal.speaker;
  const head = [say('cli:layer'), say('cli:weight'), say('cli:action'), say('cli:rule'), say('cli:grade'), say('cli:shape')];
  const rows = plan.weights.map((row) => [row.layer, row.weight, row.action, row.rule, say(`cli:grade_${row.grade}`), `${row.oldShape?.join('x') ?? '–'} > ${row.newShape?.join('x') ?? '–'}`]);
  terminal.print(table(head, rows));
  const seen = new Set<string>();
  for (const row of plan.weights) {
    for (const reason of row.reasons) {
      const sentence = terminal.speaker.sentence(reason);
      if (!seen.has(sentence)) terminal.print(`· ${sentence}`);
      seen.add(sentence);
    }
  }
  for (const note of plan.notes) terminal.print(`· ${terminal.speaker.sentence(note)}`);
  terminal.print(`\n${say('cli:parameters', { before: plan.parameters.before, after: plan.parameters.after })}`);
  terminal.print(say('cli:checkFrames', { frames: check.frames, same: percent(check.sameAnswers), grade: say(`cli:grade_${check.grade}`) }));
  terminal.print(say('cli:checkLogits', { difference: check.maxLogitDifference.toExponential(1), logit: check.maxLogit.toFixed(1), probability: check.maxProbabilityDifference.toExponential(1) }));
  if (typeof check.trainingModeDifference === 'number') terminal.print(say('migrations:reportTraining', { difference: check.trainingModeDifference.toExponential(1) }));
  const begins = trailReason(check);
  if (begins) terminal.print(terminal.speaker.sentence(begins));
  for (const { layer, frames, heldOutBefore, heldOutAfter, accepted } of check.refit ?? []) {
    terminal.print(say(accepted ? 'migrations:reportRefit' : 'migrations:reportRefitRefused', { layer, count: frames, before: heldOutBefore.toFixed(2), after: heldOutAfter.toFixed(2) }));
  }
  for (const { layer, kept } of check.keptEnergy ?? []) terminal.print(say('migrations:reportKept', { layer, kept: percent(kept) }));
  for (const { name, frames, tested, recall } of check.newClasses ?? []) terminal.print(say('migrations:reportNewClass', { class: name, count: frames, tested, recall: percent(recall) }));
  terminal.print(say('cli:checkAccuracy', { before: percent(check.accuracyBefore), after: percent(check.accuracyAfter), naive: percent(check.accuracyNaive) }));
}

/** `migrate --repeat`: the same plan once more. */
function repeat(path: string, modelId: string, name: string | null, command: Program): Promise<void> {
  return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
    withProject(() => openProject(path), async (project) => {
      const { model, plan, check } = await repeatMigration(project, modelId, name, workers, context);
      showMigration(terminal, plan, check);
      terminal.print(`\n${terminal.speaker.say('cli:migrated', { model: model.name, id: model.id, parent: resolveModel(project, model.parentId ?? '').name })}`);
      terminal.result({ source: model.parentId, model: model.id, repeated: modelId, parameters: plan.parameters, check });
    }),
  );
}

function addMigrate(program: Program): void {
  program
    .command('migrate')
    .argument('<project>')
    .option('--model <model>', 'id, name, last or best')
    .option('--repeat <model>', 'carries out once more the migration that made this model')
    .option('--input <shape>', 'new height x width x channels')
    .option('--width <factor>', 'all inner layers so many times as wide')
    .option('--widen <way>', 'how channels are added: silent, or copies of old ones with equal or unequal shares', 'silent')
    .option('--add-class <names...>')
    .option('--new-class-start <way>', 'how a new class starts from its labeled frames: silent, centred, imprint or logistic')
    .option('--remove-class <names...>')
    .option('--split-class <splits...>', 'one class becomes several, which share its probability until they are trained: A=A1,A2')
    .option('--merge-class <merges...>', 'several classes become one: C=A,B')
    .option('--pair <pairs...>', 'which old layer a new one follows: NEW=OLD, or NEW=fresh')
    .option('--add-layer <place>', 'one layer more: front, middle or top')
    .option('--architecture <file>', 'a whole network, of the studio or a config.json of Keras; the other changes are made to it')
    .option('--old-channels <way>', "what the old model's channels are in the new picture: luma, mean or newest (gray), bgr, yuv or ycbcr")
    .option('--old-pixels <way>', 'how the smaller old pictures came from the new ones: area, bilinear, bicubic; repeated: the new ones are enlarged old ones')
    .option('--inside <place>', 'the new picture shows more at the same zoom: centre, or where the old one begins in it: TOP,LEFT')
    .option('--first-kernels <way>', 'route native, larger picture: copied, spread (each tap over a block) or stuffed (zeros between the taps)')
    .option('--head <head>', 'what two classes are answered with: softmax, or one sigmoid')
    .option('--route <route>', 'exact: as good as before at once; native: more detail from the start', 'exact')
    .option('--name <name>', 'name of the new model')
    .option('--report <file>', 'writes plan and check as Markdown')
    .option('--plan', 'only plan and check, save nothing')
    .description('moves the weights of a model into a changed network')
    .addHelpText('after', '\nExample:\n  graft migrate Toys.graft --model last --input 128x128x3')
    .action((path: string, options: MigrateOptions, command: Program) => {
      if (options.repeat !== undefined) return repeat(path, options.repeat, options.name ?? null, command);
      const { model: asked } = options;
      if (asked === undefined) throw new UsageError('--model is missing: the model to migrate (id, name, last or best)');
      const change = changeOf(options);
      if (options.report) checkWritable(options.report);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
        withProject((): Project | ReadProject => (options.plan ? readProject(path) : openProject(path)), async (project) => {
          const source = resolveModel(project, asked);
          const plan = planFor(project, source, change);
          const kept = 'lock' in project ? await keepMigration(project, source, plan, options.name ?? null, workers, context) : { model: null, check: await checkMigration(project, source, plan, workers, context) };
          showMigration(terminal, plan, kept.check);
          if (kept.model) terminal.print(`\n${terminal.speaker.say('cli:migrated', { model: kept.model.name, id: kept.model.id, parent: source.name })}`);
          const { check } = kept;
          if (options.report) {
            writeFileSync(options.report, migrationReport({ plan, check, source: source.name, target: kept.model?.name ?? null, say: terminal.speaker.say }));
            terminal.print(terminal.speaker.say('cli:reportWritten', { file: options.report }));
          }
          terminal.result({
            source: source.id,
            ...(kept.model ? { model: kept.model.id } : {}),
            plan: plan.weights.map(({ layer, from, weight, action, rule, grade, reasons, oldShape, newShape }) => ({ layer, from, weight, action, rule, grade, reason: reasons.map((reason) => terminal.speaker.sentence(reason)).join(' '), oldShape, newShape })),
            parameters: plan.parameters,
            check,
          });
        }),
      );
    });
}

/** Whether a path names a model file, not a project. */
function isModelFile(path: string): boolean {
  if (!existsSync(path)) return false;
  return !statSync(path).isDirectory() || existsSync(join(path, 'model.json'));
}

function addPredict(program: Program): void {
  program
    .command('predict')
    .argument('<project-or-model>', 'a project, or a model file: .h5, .keras, model.json or its folder')
    .argument('<images...>')
    .option('--model <model>', 'id, name, last or best', 'last')
    .description('classes and scores of pictures')
    .addHelpText('after', '\nExample:\n  graft predict Toys.graft photo.jpg')
    .action((path: string, images: string[], options: { model: string }, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), async ({ terminal, workers, context }) => {
        const predictions = isModelFile(path)
          ? await predictWithFile(path, images, workers, context)
          : await withProject(() => readProject(path), (project) => predictFiles(project, resolveModel(project, options.model), images, workers, context));
        const said = sayPredictions(terminal, predictions);
        if (said.length > 0 && said.every((prediction) => 'error' in prediction)) throw new UserError('predictions:noneReadable', { file: images[0] ?? '' });
        terminal.result({ predictions: said });
      }),
    );
}

/** `migrate`, `predict`, `models`, `model …`. */
export function addModelCommands(program: Program): void {
  addMigrate(program);
  addPredict(program);
  program
    .command('models')
    .argument('<project>')
    .description('the models and where they come from')
    .addHelpText('after', '\nExample:\n  graft models Toys.graft')
    .action((path: string, _options: object, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal }) =>
        withProject(() => readProject(path), (project) => {
          const { say } = terminal.speaker;
          const models = modelViews(project);
          const names = new Map(models.map(({ id, name }) => [id, name]));
          const rows = models.map((model) => [model.name, say(`cli:origin_${model.origin}`), names.get(model.parentId ?? '') ?? '–', formatInputShape(model.input), String(model.parameters), percent(model.accuracy)]);
          terminal.print(models.length === 0 ? say('cli:noModels') : table([say('cli:model'), say('cli:origin'), say('cli:parent'), say('cli:input'), say('cli:parametersHead'), say('cli:accuracy')], rows));
          terminal.result({ models: models.map(({ classNames, parentId, input, ...model }) => ({ ...model, parent: parentId, input: formatInputShape(input), classes: classNames })) });
        }),
      ),
    );
  const model = program.command('model').description('model files');
  addModelFileCommands(model);
  addModelExportCommands(model);
  addConvertCommand(program);
  addHandoffCommand(program);
}
