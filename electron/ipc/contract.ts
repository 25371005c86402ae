import type { AugmentationConfig, AugmentationName } from '../core/augmentation';
import type { Architecture, InputShape } from '../core/architecture';
import type { Crop, ImportReport, Sentence } from '../core/clips';
import type { ModelComparison } from '../core/comparison';
import type { Calibration, ThresholdCost } from '../core/confidence';
import type { SerializedError, TextParams } from '../core/errors';
import type { Interval } from '../core/intervals';
import type { Job } from '../core/jobs';
import type { Evaluation, RoundByBackground } from '../core/metrics';
import type { ModelFileCalls } from './modelFiles';
import type { ClassMerge, ClassSplit, FirstKernels, Grade, LayerOverride, LayerPlace, MigrationCheck, MigrationPlan, NewClassMethod, OldPicturesWish, Widening } from '../core/migrations';
import type { MirrorTest } from '../core/mirrorTest';
import type { ModelOrigin } from '../core/models';
import type { Recipe } from '../core/recipe';
import type { StepLosses } from '../core/stepLosses';
import type { ExportCalls } from './exports';
import type { EpochMetrics, TrainingConfig } from '../core/training';
import type { ServingCalls, ServingEvents, TrialCalls } from './serving';
import type { ClipProposal, ClipView, ClipWish, FrameColumns, FrameFilterView, MissingFilmView, NameKind, NameView, StackColumns } from './clipViews';

export type * from './clipViews';

/**
 * All that the window can ask of the main process, written down by hand. Every call answers with a promise; every
 * argument is parsed (schemas.ts) and every sender checked (main/ipc.ts).
 */
export interface StudioCalls extends ServingCalls, TrialCalls, ModelFileCalls, ExportCalls {
  // ---- the program
  'app:info': () => AppInfo;
  'app:setPreferences': (preferences: Partial<Preferences>) => Preferences;
  // ---- projects
  'projects:recent': () => readonly RecentProject[];
  /** Asks for a place with the system's dialog; null when the user cancelled. */
  'projects:chooseNew': () => ProjectView | null;
  'projects:chooseOpen': () => ProjectView | null;
  'projects:open': (folder: string) => ProjectView;
  /** A new project beside the dropped files, named after their folder; the files are not imported yet. */
  'projects:newFor': (paths: readonly string[]) => ProjectView;
  /** Draws the sample films (a job) and opens the sample project with them imported. */
  'projects:sample': () => ProjectView;
  /** Asks for a name and writes the open project into one file (a job); null when the user cancelled. */
  'projects:saveCopy': () => string | null;
  /** Asks for such a file and unpacks it beside itself (a job); null when the user cancelled. */
  'projects:openCopy': () => ProjectView | null;
  'projects:close': () => void;
  'projects:current': () => ProjectView | null;
  // ---- clips
  'clips:chooseFilms': () => readonly string[];
  'clips:chooseFolder': () => readonly string[];
  /** Where dropped files would land: shown before it counts. */
  'clips:propose': (paths: readonly string[]) => readonly ClipProposal[];
  'clips:import': (clips: readonly ClipWish[]) => readonly ImportReport[];
  /** Picture streams of a clip's film, and which of them the clip is (from 0); null where the film is gone or is none. */
  'clips:streams': (clipId: number) => { readonly count: number; readonly used: number } | null;
  /** Imports another picture stream of the same film as a clip of its own, labeled alike (a job). */
  'clips:importStream': (clipId: number, stream: number) => ImportReport;
  /** Linked films that are not where they were. */
  'clips:missing': () => readonly MissingFilmView[];
  /** Looks for them in a folder that the user chooses (a job); null when the user cancelled. */
  'clips:find': () => { readonly found: number; readonly missing: number } | null;
  'clips:list': () => readonly ClipView[];
  'clips:remove': (clipIds: readonly number[]) => Undoable;
  'clips:setBackground': (clipIds: readonly number[], background: string) => Undoable;
  /** Sets clips aside as the test set, or gives them back; refused once a round used one for training. */
  'clips:setAside': (clipIds: readonly number[], aside: boolean) => Undoable;
  /** The part of the upright picture that counts, for one clip or many; null: all of it. */
  'clips:crop': (clipIds: readonly number[], crop: Crop | null) => Undoable;
  /** Takes other frames from films (a job): those that stay keep their labels. Refused once a round used one of the clips. */
  'clips:resample': (clipIds: readonly number[], sampling: string) => Undoable;
  // ---- classes and backgrounds
  'names:list': () => { readonly classes: readonly NameView[]; readonly backgrounds: readonly NameView[] };
  'names:add': (kind: NameKind, name: string) => NameView;
  'names:rename': (kind: NameKind, id: number, name: string) => Undoable;
  'names:recolour': (kind: NameKind, id: number, colour: string) => Undoable;
  'names:reorder': (kind: NameKind, ids: readonly number[]) => Undoable;
  /** Gives all that is `from` to `into`; `from` is gone. */
  'names:merge': (kind: NameKind, from: number, into: number) => Undoable;
  'names:hide': (kind: NameKind, id: number, hidden: boolean) => Undoable;
  // ---- frames and labels
  'frames:list': (filter: FrameFilterView) => FrameColumns;
  /** Frames that look alike, inside and across clips; excluded ones too. In a large project a job, until frames come or go. */
  'frames:duplicates': () => StackColumns;
  'labels:clips': (clipIds: readonly number[], className: string) => Undoable;
  'labels:frames': (frameIds: readonly number[], className: string) => Undoable;
  /** Frames of a clip between two times (ms, both included). */
  'labels:segment': (clipId: number, fromMs: number, toMs: number, className: string) => Undoable;
  /** Gives frames the labels that a model suggested. */
  'labels:accept': (modelId: string, frameIds: readonly number[]) => Undoable;
  'labels:exclude': (frameIds: readonly number[], excluded: boolean) => Undoable;
  'labels:undo': () => JournalSentence | null;
  'labels:redo': () => JournalSentence | null;
  'labels:state': () => { readonly undo: JournalSentence | null; readonly redo: JournalSentence | null };
  // ---- rounds
  'rounds:list': () => readonly RoundView[];
  /** What the next round would be made of. */
  'rounds:next': () => NextRound;
  'rounds:train': (wish: RoundWishView) => RoundView;
  'rounds:resume': (runId: string) => RoundView;
  /** Goes on with a run that is done for so many epochs more. */
  'rounds:extend': (runId: string, epochs: number) => RoundView;
  /** A frame as the first `count` epochs of such a round would see it: addresses of pictures. */
  'rounds:augmentPreview': (frameId: number, wish: AugmentationWish, count: number) => readonly string[];
  /** Whether pictures of this project may be mirrored; null while nobody has said. */
  'rounds:mirror': () => boolean | null;
  'rounds:setMirror': (allowed: boolean | null) => void;
  /** Seconds that an epoch of such a round takes here, from a trial of some two seconds. Refused while a training runs. */
  'rounds:estimate': (wish: RoundWishView) => EpochEstimate;
  /** Two short trainings of such a round, without and with mirrored pictures (a job); nothing of them is kept. */
  'rounds:testMirror': (wish: RoundWishView) => MirrorTest;
  'rounds:pause': (paused: boolean) => void;
  'rounds:epochs': (runId: string) => readonly EpochMetrics[];
  /** Losses inside the epochs, as far as they are saved. */
  'rounds:losses': (runId: string) => StepLosses;
  // ---- architectures
  /** Those that the user has saved in this project. */
  'architectures:list': () => readonly SavedArchitecture[];
  'architectures:save': (name: string, architecture: Architecture) => SavedArchitecture;
  'architectures:remove': (name: string) => void;
  // ---- models
  'models:list': () => readonly ModelView[];
  'models:summary': (modelId: string) => ModelSummary;
  'models:evaluate': (modelId: string) => EvaluationView;
  'models:matrix': () => RoundByBackground;
  /** Calibration and unknown threshold, from what the model said about validation frames so far. */
  'models:confidence': (modelId: string) => ConfidenceView;
  /** The score below which it answers "unknown"; null: it always answers. */
  'models:setThreshold': (modelId: string, threshold: number | null) => void;
  /** Asks a model about every frame (a job), for `hardestFor` and `suggestedBy`; gives their number. */
  'models:askAll': (modelId: string) => number;
  /** Two models on the same validation frames (a job). */
  'models:compare': (first: string, second: string) => ModelComparison;
  // ---- migrations
  /** An architecture from a file that the user chooses (of the studio, or a config.json of Keras); null when the user cancelled. */
  'migrations:chooseArchitecture': () => Architecture | null;
  'migrations:plan': (wish: MigrationWish) => MigrationPlan;
  'migrations:check': (wish: MigrationWish) => MigrationCheck;
  /** Checks again and keeps the new model; refuses when the check fails. */
  'migrations:keep': (wish: MigrationWish, name: string) => ModelView;
  /** Writes plan and last check of a wish where the user says, as Markdown or JSON; null when the user cancelled or nothing was checked. */
  'migrations:saveReport': (wish: MigrationWish) => string | null;
  /** How to train on from a migrated model, with the reasons. */
  'migrations:recipe': (modelId: string) => Recipe;
  /** The recipe of a migration that is checked, but not kept yet. */
  'migrations:proposeRecipe': (wish: MigrationWish, check: Grade) => Recipe;
  /** Starts a round by that recipe. */
  'migrations:fineTune': (modelId: string) => RoundView;
  'migrations:saveReportOf': (modelId: string) => string | null;
  'migrations:repeat': (modelId: string) => ModelView;
  'migrations:of': (modelId: string) => { readonly plan: MigrationPlan; readonly check: MigrationCheck } | null;
  // ---- predictions
  'predictions:choose': () => readonly string[];
  'predictions:predict': (modelId: string, source: PredictionSource) => PredictionView;
  /** How much each part of a picture matters for the answer. */
  'predictions:saliency': (modelId: string, source: PredictionSource) => SaliencyView;
  // ---- jobs
  'jobs:list': () => readonly Job[];
  'jobs:cancel': (jobId: string) => void;
}

/** What the main process tells the window without being asked. */
export interface StudioEvents extends ServingEvents {
  'jobs:changed': readonly Job[];
  /** Labels, clips, classes, rounds or models changed: what is shown may be old. */
  'project:changed': { readonly what: 'labels' | 'clips' | 'rounds' | 'models' };
  'rounds:epoch': { readonly runId: string; readonly roundNumber: number; readonly epoch: EpochMetrics; readonly best: boolean };
  /** Mean loss of the last steps of a running training, `at` epochs into it; a few times a second. */
  'rounds:loss': { readonly runId: string; readonly at: number; readonly loss: number };
  'projects:opened': ProjectView | null;
  'menu:command': { readonly command: string };
}

export type CallName = keyof StudioCalls;
export type EventName = keyof StudioEvents;

/** How an answer crosses: an error keeps its key, so that the window can say it in its language. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: SerializedError };

/** What the window sees as `window.studio`. Only renderer/src/studio.ts touches it. */
export interface StudioBridge {
  call<C extends CallName>(name: C, ...args: Parameters<StudioCalls[C]>): Promise<Answer<ReturnType<StudioCalls[C]>>>;
  on<E extends EventName>(name: E, listener: (payload: StudioEvents[E]) => void): () => void;
  /** Paths of files that were dropped on the window; '' where a file has none. */
  pathsOf(files: readonly File[]): readonly string[];
}

// `File` is a type of the browser: this file is also compiled where there is none.
type File = object;

export interface AppInfo {
  readonly version: string;
  readonly platform: string;
  readonly engines: readonly { readonly name: string; readonly version: string }[];
  readonly preferences: Preferences;
}

export interface Preferences {
  readonly language: 'system' | 'en' | 'ru';
  /** `contrast`: high contrast, light or dark as the system. */
  readonly theme: 'system' | 'light' | 'dark' | 'contrast';
  /** Locale of the system, for `language: 'system'`. */
  readonly systemLanguage: 'en' | 'ru';
  /** Threads that training may take; 0 = all but one. */
  readonly threads: number;
  /** Keep imported films in the project (or only remember where they are). */
  readonly copyFilms: boolean;
  /** Whether the tour was taken or declined: it is not offered again, then. */
  readonly tourSeen: boolean;
  /** Keys that the user chose, by command of the window; commands that are missing have their defaults. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

export interface ProjectView {
  readonly folder: string;
  readonly name: string;
  /** Imports that a crash interrupted and that go on now. */
  readonly resumedImports: number;
}

export interface RecentProject {
  readonly folder: string;
  readonly name: string;
  readonly openedAt: string;
  readonly classes: readonly string[];
  readonly frames: number;
  readonly missing: boolean;
}

export interface JournalSentence {
  readonly key: string;
  readonly params: TextParams;
}

/** The result of a change of labels: what was done, for the toast; null when nothing changed. */
export interface Undoable {
  readonly changed: number;
  readonly sentence: JournalSentence | null;
}

export type RunStateView = 'running' | 'interrupted' | 'cancelled' | 'failed' | 'done';

export interface RoundView {
  readonly id: number;
  readonly number: number;
  readonly backgrounds: readonly string[];
  readonly dataset: { readonly train: number; readonly validation: number; readonly test: number; readonly classNames: readonly string[]; readonly optimistic: boolean; readonly reason: Sentence | null; readonly nearDuplicates: number | null };
  readonly config: TrainingConfig;
  readonly architectureName: string;
  readonly input: InputShape;
  readonly startModelId: string | null;
  readonly createdAt: string;
  /** Of the newest run. */
  readonly runId: string | null;
  readonly runState: RunStateView | null;
  readonly runError: SerializedError | null;
  readonly imagesPerSecond: number | null;
  readonly bestEpoch: number | null;
  readonly engine: string | null;
  readonly modelId: string | null;
  readonly accuracy: number | null;
  /** Accuracy of the migrated model that it began with, before any training; null where it began otherwise. */
  readonly floor: number | null;
}

export interface NextRound {
  readonly number: number;
  readonly newClips: number;
  readonly backgrounds: readonly string[];
  readonly train: number;
  readonly validation: number;
  readonly classNames: readonly string[];
  readonly optimistic: boolean;
  readonly reason: Sentence | null;
  readonly startModel: { readonly id: string; readonly name: string; readonly input: InputShape } | null;
  /** Why a round cannot start now; null when it can. */
  readonly obstacle: Sentence | null;
  readonly presets: readonly { readonly name: string; readonly parameters: number }[];
  /** Backgrounds that have clips which no round has used, with their clips. */
  readonly available: readonly { readonly name: string; readonly clips: number }[];
}

/** What a preview of the augmentation shows. */
export interface AugmentationWish {
  readonly augmentation: AugmentationName;
  /** Changes to the preset. */
  readonly augment?: Partial<AugmentationConfig>;
  readonly seed: number;
  readonly input: InputShape;
}

export interface SavedArchitecture {
  readonly name: string;
  readonly architecture: Architecture;
  readonly parameters: number;
}

/** How long an epoch of a round takes on this machine. */
export interface EpochEstimate {
  /** Training and validation frames of an epoch. */
  readonly train: number;
  readonly validation: number;
  readonly imagesPerSecond: number;
  readonly secondsPerEpoch: number;
}

export interface RoundWishView {
  /** null: all clips that no round has used */
  readonly backgrounds: readonly string[] | null;
  readonly input: InputShape | null;
  readonly preset: string | null;
  /** A saved architecture by its name, instead of a preset. */
  readonly architecture?: string | null;
  /** null: the last model; `none`: fresh */
  readonly from: string | null;
  readonly config: TrainingConfig;
}

export interface ModelView {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly origin: ModelOrigin;
  readonly round: number | null;
  readonly input: InputShape;
  readonly classNames: readonly string[];
  readonly parameters: number;
  readonly accuracy: number | null;
  readonly createdAt: string;
}

export interface ModelSummary {
  readonly architecture: Architecture;
  readonly layers: readonly { readonly name: string; readonly type: string; readonly outputShape: readonly number[]; readonly parameters: number }[];
  readonly parameters: { readonly total: number; readonly trainable: number };
}

export interface EvaluationView extends Evaluation {
  readonly modelId: string;
  /** 95 % interval of the accuracy, by drawing clips; null with too few of them. */
  readonly interval: Interval | null;
  readonly clips: number;
  /** What a user should know about the figures. */
  readonly observations: readonly Sentence[];
}

export interface ConfidenceView {
  readonly frames: number;
  readonly calibration: Calibration;
  readonly threshold: number | null;
  readonly proposed: number | null;
  /** Costs of the thresholds 0, 0.01 … 1. */
  readonly costs: readonly ThresholdCost[];
}

/** Weights of the parts of a picture, 0 to 1, row by row; `strongest`: the largest fall of the answer's probability. */
export interface SaliencyView {
  readonly rows: number;
  readonly columns: number;
  readonly weights: readonly number[];
  readonly strongest: number;
  /** The part of the picture that was looked at; null: all of it. */
  readonly crop: Crop | null;
}

export interface MigrationWish {
  readonly modelId: string;
  readonly input: InputShape | null;
  /** 1 = as it is */
  readonly width: number;
  readonly addClasses: readonly string[];
  readonly removeClasses: readonly string[];
  /** Classes that become several, and several that become one. */
  readonly splitClasses?: readonly ClassSplit[];
  readonly mergeClasses?: readonly ClassMerge[];
  readonly addLayer?: LayerPlace | null;
  /** The network wanted, to which all other changes are made; without it: that of the model. */
  readonly architecture?: Architecture | null;
  /** How new classes start that have labeled frames; without it: what does best with so many. */
  readonly newClassStart?: NewClassMethod | null;
  /** How channels are added; `silent` without it. */
  readonly widen?: Widening;
  /** Pairs of layers that the user decided. */
  readonly overrides?: readonly LayerOverride[];
  /** How the old model's pictures relate to the new ones; on route `native`, what the first kernels do; and how two classes are answered. */
  readonly oldPictures?: OldPicturesWish;
  readonly firstKernels?: FirstKernels;
  readonly head?: 'softmax' | 'sigmoid';
  readonly route: 'exact' | 'native';
}

export type PredictionSource = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'shot'; readonly key: string } | { readonly kind: 'frame'; readonly frameId: number };

export interface PredictionView {
  readonly class: string;
  readonly score: number;
  readonly scores: readonly { readonly class: string; readonly score: number }[];
  readonly milliseconds: number;
  /** The score is below the model's threshold. */
  readonly unknown: boolean;
  /** That threshold; null: it always answers. */
  readonly threshold: number | null;
  /** `studio://` address under which the window can show the picture. */
  readonly picture: string;
}
