import type { Layer } from '../architecture';
import { UserError } from '../errors';
import { mixedSums, pixelAffine, withAffine } from './affine';
import type { ClassMerge, ClassSplit, ForbiddenPair, Grade, LayerMatch, LayerOverride, MigrationPlan, MigrationRoute, ModelShape, NewClassStart, OldPictures, Reason, WeightPlan, Widening } from '../migrations';
import { countParameters } from '../shapes';
import { oldClasses } from './classes';
import { colourChange, frameChannels } from './colours';
import { INPUT, activationOf, doesNothing, lastLayer } from './layerGraph';
import { sameKinds } from './kinds';
import { matchLayers, pairImpossible } from './matching';
import type { PlanContext, Relation } from './sides';
import { pictureChange } from './pictures';
import { prepareSide, worstGrade } from './sides';
import { relateUnweighted } from './unweighted';
import { planFresh } from './fresh';
import { layerPairs } from './pairs';
import type { KeptChannels } from './selection';
import { keptGroups } from './selection';
import { findSilence } from './silence';
import { droppedWeight, planWeighted } from './weighted';

export interface MigrationQuestion {
  readonly source: ModelShape;
  readonly target: ModelShape;
  readonly route: MigrationRoute;
  /** Which old channels stay where there is room for fewer; without it: the first ones. */
  readonly kept?: KeptChannels;
  /** New classes that labeled frames can start, and how; without an entry a new class starts silent. */
  readonly newClasses?: readonly NewClassStart[];
  /** Pairs of layers that the user decided, and such as must not be. */
  readonly overrides?: readonly LayerOverride[];
  readonly forbidden?: readonly ForbiddenPair[];
  /** How channels are added; `silent` without it. */
  readonly widen?: Widening;
  /** How the old model's pictures relate to the new ones, where the usual is not meant. */
  readonly oldPictures?: OldPictures | undefined;
  readonly splitClasses?: readonly ClassSplit[] | undefined;
  readonly mergeClasses?: readonly ClassMerge[] | undefined;
}

/**
 * What every weight of the target is made of, with the promise that can be kept for each. Follows both networks from
 * the picture to the classes and keeps, for each tensor, how the new one relates to the old one.
 * @throws UserError where the two models cannot be asked about the same frames
 */
export function planMigration(question: MigrationQuestion): MigrationPlan {
  const { source, target, route } = question;
  checkQuestion(question);
  const context = prepareContext(question);
  const rows: WeightPlan[] = [];
  for (const layer of target.architecture.layers) {
    const planned = planLayer(context, layer);
    rows.push(...planned.rows);
    context.relations.set(layer.name, planned.relation);
  }
  rows.push(...droppedLayers(context));
  const grade = worstGrade([...rows.map((row) => row.grade), outputGrade(context, source)]);
  return {
    formatVersion: 1,
    source,
    target,
    route: grade === 'exact' ? 'exact' : route === 'exact' ? 'native' : route,
    frameMap: {
      heightFactor: target.architecture.input.height / source.architecture.input.height,
      widthFactor: target.architecture.input.width / source.architecture.input.width,
      channels: frameChannels(context.pair.colour),
      ...frameValues(context),
    },
    classMap: context.pair.classMap,
    ...(context.newClasses.length > 0 ? { newClasses: context.newClasses } : {}),
    matches: context.found.filter(({ layer }) => context.next.specs.get(layer)!.length > 0),
    ...(question.overrides ? { overrides: question.overrides } : {}),
    ...(question.widen ? { widen: question.widen } : {}),
    ...(question.oldPictures ? { oldPictures: question.oldPictures } : {}),
    ...(question.splitClasses?.length ? { splitClasses: question.splitClasses } : {}),
    ...(question.mergeClasses?.length ? { mergeClasses: question.mergeClasses } : {}),
    ...(question.forbidden ? { forbidden: question.forbidden } : {}),
    weights: rows,
    ...(context.kinds.size > 0 ? { kinds: [...context.kinds.values()] } : {}),
    pairs: layerPairs(context),
    grade,
    notes: context.notes,
    parameters: { before: countParameters(source.architecture).total, after: countParameters(target.architecture).total },
  };
}

function frameValues(context: PlanContext): Pick<MigrationPlan['frameMap'], 'values' | 'shifts'> {
  const { affine } = context.relations.get(INPUT)!;
  if (!affine) return {};
  const { scale, shift, shifts } = affine;
  return { ...(scale === 1 && shift === 0 ? {} : { values: { scale, shift } }), ...(shifts ? { shifts } : {}) };
}

function checkQuestion({ source, target, ...changes }: MigrationQuestion): void {
  const [a, b] = [source.preprocessing, target.preprocessing];
  for (const { architecture: { input } } of [source, target]) if (input.vector) throw new UserError('training:vectorInput', { count: input.channels });
  if (a.scale === 0 || b.scale === 0) {
    throw new UserError('migrations:otherScaling', { old: `${a.scale}, ${a.offset}`, next: `${b.scale}, ${b.offset}` });
  }
  for (const { classNames } of [source, target]) {
    const twice = classNames.find((name, i) => classNames.indexOf(name) !== i);
    if (twice !== undefined) throw new UserError('migrations:classTwice', { name: twice });
  }
  if (oldClasses(target.classNames, source.classNames, changes).every((from) => from.length === 0)) throw new UserError('migrations:noSharedClass');
}

/** The same question again, with more known. */
export function planAgain({ source, target, route, newClasses = [], overrides = [], forbidden = [], widen = 'silent', oldPictures, splitClasses, mergeClasses }: MigrationPlan, more: Partial<MigrationQuestion>): MigrationPlan {
  return planMigration({ source, target, route, newClasses, overrides, forbidden, widen, oldPictures, splitClasses, mergeClasses, ...more });
}

function prepareContext({ source, target, kept = new Map(), newClasses = [], overrides = [], forbidden = [], widen = 'silent', oldPictures = {}, splitClasses = [], mergeClasses = [] }: MigrationQuestion): PlanContext {
  const next = prepareSide(target);
  const found = matchLayers(target.architecture, source.architecture, { overrides, forbidden });
  const matches = sameKinds(target.architecture, source, found.pairs);
  for (const { layer, from } of overrides) if (from !== null && matches.impossible.includes(layer)) throw pairImpossible(next.layers.get(layer)!, found.pairs.get(layer)!);
  const old = prepareSide(matches.source);
  for (const side of [old, next]) checkClasses(side.shape, side.shapes.get(lastLayer(side.shape.architecture).name)!);
  const colour = colourChange(target.architecture.input.channels, source.architecture.input.channels, oldPictures.channels);
  const classes = { splitClasses, mergeClasses };
  const from = oldClasses(target.classNames, source.classNames, classes);
  const picture = pictureChange(source.architecture.input, target.architecture.input, oldPictures);
  return {
    next,
    old,
    pair: { next: next.groups, old: old.groups, classMap: from.map(([first = -1]) => first), oldClasses: from, colour, kept: keptGroups(matches.source, kept), widen, inside: oldPictures.inside ?? null },
    matches: matches.pairs,
    silence: findSilence(next, (layer) => !matches.pairs.has(layer.name)),
    relations: new Map([[INPUT, withAffine({ old: INPUT, sums: mixedSums(colour) ?? undefined, grade: colour.exact && picture.kind !== 'other' ? 'exact' : 'close', picture }, pixelAffine({ next, old }, colour))]]),
    folded: new Set(),
    newClasses,
    found: found.found.filter(({ layer }) => !matches.impossible.includes(layer)),
    kinds: new Map(matches.kinds.map((kind) => [kind.layer, kind])),
    moved: matches.moved,
    classes,
    notes: [...viewNotes(oldPictures), ...pairNotes(found.found, overrides), ...matches.impossible.map((layer): Reason => ({ key: 'migrations:kindImpossible', params: { layer, from: found.pairs.get(layer)!.name } }))],
  };
}

/** What is taken for granted about the pictures, in words: the promise holds for such pictures only. */
function viewNotes({ channels = 'luma', pixels = 'area', inside }: OldPictures): Reason[] {
  const place: Reason[] = inside ? [{ key: 'migrations:viewInside', params: { ...inside } }] : [];
  const filter: Reason[] = pixels === 'area' ? [] : [{ key: `migrations:view_${pixels}`, params: {} }];
  const colours: Reason[] = channels === 'luma' ? [] : [{ key: `migrations:view_${channels}`, params: {} }];
  return [...place, ...filter, ...colours];
}

function pairNotes(found: readonly LayerMatch[], overrides: readonly LayerOverride[]): Reason[] {
  const guessed = found.filter(({ by }) => by === 'place').map(({ layer, from, doubtful }) => ({ key: doubtful ? 'migrations:matchedDoubtfully' : 'migrations:matchedByPlace', params: { layer, from } }));
  const decided = overrides.map(({ layer, from }): Reason => (from === null ? { key: 'migrations:freshByUser', params: { layer } } : { key: 'migrations:pairByUser', params: { layer, from } }));
  return [...guessed, ...decided];
}

function checkClasses(shape: ModelShape, outputShape: readonly number[]): void {
  const outputs = outputShape.at(-1)!;
  if (outputs !== shape.classNames.length) {
    throw new UserError('migrations:classCount', { classes: shape.classNames.length, outputs, architecture: shape.architecture.name });
  }
}

function planLayer(context: PlanContext, layer: Layer): { readonly rows: readonly WeightPlan[]; readonly relation: Relation } {
  if (context.next.specs.get(layer.name)!.length === 0) return { rows: [], relation: relateUnweighted(context, layer) };
  const from = context.matches.get(layer.name);
  const planned = from ? planWeighted(context, layer, from) : planFresh(context, layer);
  return { rows: planned.weights, relation: planned.relation };
}

function droppedLayers(context: PlanContext): WeightPlan[] {
  const used = new Set([...[...context.matches.values()].map((layer) => layer.name), ...context.folded]);
  const gone = context.old.shape.architecture.layers.filter((layer) => !used.has(layer.name));
  return gone.flatMap((layer) => context.old.specs.get(layer.name)!.map((spec) => droppedWeight(layer, spec, 'layerDropped')));
}

/** Whether the last layer that does anything is a softmax: what lies before it then is compared. */
function endsInSoftmax({ architecture }: ModelShape): boolean {
  const last = architecture.layers.findLast((layer) => !doesNothing(layer));
  return last !== undefined && activationOf(last) === 'softmax';
}

/** The promise for the answers themselves: the last tensors must stand for each other. */
function outputGrade(context: PlanContext, source: ModelShape): Grade {
  const [next, old] = [context.next, context.old].map((side) => side.shape.architecture);
  const relation = context.relations.get(lastLayer(next!).name)!;
  const outputs = [context.next.shapes.get(lastLayer(next!).name)!, context.old.shapes.get(lastLayer(old!).name)!];
  if (outputs[0]!.length > 1) context.notes.push({ key: 'migrations:answerPerPlace', params: { size: outputs[0]!.join('x') } });
  if (relation.affine || relation.late || relation.old === null || relation.old !== context.old.same.get(lastLayer(old!).name)) return 'start';
  if (endsInSoftmax(context.next.shape) !== endsInSoftmax(source)) {
    context.notes.push({ key: 'migrations:softmaxNotLast', params: { layer: lastLayer(next!).name } });
    return worstGrade([relation.grade, 'close']);
  }
  if (outputs[0]!.slice(0, -1).join() !== outputs[1]!.slice(0, -1).join()) return worstGrade([relation.grade, 'close']);
  return relation.grade;
}
