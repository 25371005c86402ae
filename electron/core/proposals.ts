/** A clip as it was dropped, for guessing its class and background from names alone. */
export interface DroppedClip {
  /** Folder names above the film, outermost first; for a folder of pictures its own name is the last. */
  readonly folders: readonly string[];
  /** How many of `folders` (the last ones) lie inside what was dropped, the dropped folder itself included; 0: a single file. */
  readonly inside: number;
  /** Name of the film without its ending; null for a folder of pictures. */
  readonly stem: string | null;
}

/** The names that a project has already. */
export interface KnownNames {
  readonly classes: readonly string[];
  readonly backgrounds: readonly string[];
}

export interface LabelProposal {
  readonly class: string | null;
  readonly background: string | null;
}

// Folders that say how things are stored, not what is in the picture.
const generic = new Set(
  ('videos video films film movies clips frames images pictures photos pics data dataset datasets raw train training val valid validation test dcim camera 100apple 100andro ' +
    'desktop documents downloads downloaded home users user tmp temp media mnt volumes phone iphone android whatsapp telegram sdcard storage emulated root new ' +
    'видео фильмы фильм ролики кадры картинки фото фотографии изображения данные камера загрузки документы телефон')
    .split(' '),
);
const serial = /^(img|vid|video|dsc|dscn|dscf|mov|movie|mvi|pxl|gopr|gp|gx|gh|dji|win|clip|film|take|rec|record|recording|screen|wp|trim|фильм|видео|клип|дубль)?[\s_.-]*(e|ts|mp|pro)?[\d\s_.:()-]*(ts|mp|hdr|cover|pro)?$/iu;

/** `IMG_1`, `VID_20240102_101112`, `PXL_…`, `take 3`, `0001`: a name that a camera gave, or a number. */
export function isSerialName(stem: string): boolean {
  return serial.test(stem.trim());
}

const fold = (name: string): string => name.normalize('NFC').toLowerCase();
const words = (text: string): readonly string[] => text.split(/[_\s\-.]+/u).filter((word) => word !== '');

/** `kitchen_2`, `kitchen (2)`: the number of a take is no part of a name. */
function withoutTake(name: string): string {
  const short = name.replace(/[\s_.-]*\(?\d+\)?$/u, '');
  return /\p{L}/u.test(short) ? short : name;
}

function meaningful(folders: readonly string[]): readonly string[] {
  return folders.filter((name) => !generic.has(fold(name)) && !isSerialName(name));
}

/** The known name that a folder, the file name, or the words of the file name say; the longest one wins. */
function knownIn(clip: DroppedClip, names: readonly string[]): string | null {
  const whole = [...clip.folders.slice(-4), ...(clip.stem === null ? [] : [clip.stem, withoutTake(clip.stem)])].map(fold);
  const spaced = ` ${words(clip.stem ?? '').map(fold).join(' ')} `;
  const found = names.filter((name) => whole.includes(fold(name)) || spaced.includes(` ${words(name).map(fold).join(' ')} `));
  return [...found].sort((a, b) => b.length - a.length)[0] ?? null;
}

/** Names that stand below more than one folder: `kitchen` in cup/kitchen and mug/kitchen. */
function repeated(pairs: readonly (readonly [string | undefined, string | null | undefined])[]): ReadonlySet<string> {
  const above = new Map<string, Set<string>>();
  for (const [parent, name] of pairs) {
    if (parent === undefined || name == null) continue;
    const parents = above.get(fold(name)) ?? new Set<string>();
    above.set(fold(name), parents.add(fold(parent)));
  }
  return new Set([...above].filter(([, parents]) => parents.size > 1).map(([name]) => name));
}

/** What the names of all dropped clips say together. */
interface Batch {
  /** Folders that stand below more than one folder. */
  readonly repeatedFolders: ReadonlySet<string>;
  /** Folders of which a file name stands in another folder too: the file names mean something there. */
  readonly namedFiles: ReadonlySet<string>;
  /** Folders whose file names are `class_background`, as their words repeat. */
  readonly wordFiles: ReadonlySet<string>;
}

function pairOf(stem: string | null): LabelProposal | null {
  if (stem === null || isSerialName(stem)) return null;
  const [first, second, ...rest] = words(withoutTake(stem));
  return first && second && rest.length === 0 && /^\p{L}+$/u.test(first) && /^\p{L}+$/u.test(second) ? { class: first, background: second } : null;
}

const placeOf = (clip: DroppedClip): string => clip.folders.join('/');

function look(clips: readonly DroppedClip[]): Batch {
  const inside = clips.map((clip) => meaningful(clip.inside > 0 ? clip.folders.slice(-clip.inside) : []));
  const repeatedFolders = repeated(inside.map((folders) => [folders[folders.length - 2], folders[folders.length - 1]] as const));
  const named = clips.map(({ stem }) => (stem !== null && !isSerialName(stem) ? stem : null));
  const repeatedStems = repeated(clips.map((_, index) => [inside[index]?.at(-1), named[index]] as const));
  const namedFiles = new Set(clips.filter((_, index) => repeatedStems.has(fold(named[index] ?? ''))).map(placeOf));
  const wordFiles = new Set<string>();
  for (const place of new Set(clips.map(placeOf))) {
    const pairs = clips.filter((clip) => placeOf(clip) === place).map(({ stem }) => pairOf(stem));
    const distinct = (part: 'class' | 'background'): number => new Set(pairs.map((pair) => fold(pair?.[part] ?? ''))).size;
    if (pairs.length > 1 && pairs.every((pair) => pair !== null) && Math.min(distinct('class'), distinct('background')) < pairs.length) wordFiles.add(place);
  }
  return { repeatedFolders, namedFiles, wordFiles };
}

function fromNames(clip: DroppedClip, batch: Batch): LabelProposal {
  const folders = meaningful(clip.inside > 0 ? clip.folders.slice(-clip.inside) : clip.folders.slice(-2));
  const [outer, inner] = [folders[folders.length - 2] ?? null, folders[folders.length - 1] ?? null];
  const named = clip.stem !== null && !isSerialName(clip.stem) ? clip.stem : null;
  const pair = pairOf(named);
  if (clip.inside === 0) return pair ?? (named === null && outer !== null ? { class: outer, background: inner } : { class: null, background: null });
  if (inner === null || (pair && outer === null && batch.wordFiles.has(placeOf(clip)))) return pair ?? { class: null, background: null };
  // class/background.mp4: the same file names in the folders of several classes.
  if (named !== null && batch.namedFiles.has(placeOf(clip)) && !batch.repeatedFolders.has(fold(inner))) return { class: inner, background: named };
  if (outer !== null) return { class: outer, background: inner };
  return { class: inner, background: named === null ? null : withoutTake(named) };
}

/**
 * Class and background that the names of dropped clips say: `cup/kitchen/IMG_1.mov`, `cup/kitchen.mp4`,
 * `cup_kitchen_2.mp4`. Names that the project has already win, also over their order (`kitchen/cup/…`). A guess, to be
 * shown before it counts.
 */
export function proposeLabels(clips: readonly DroppedClip[], known: KnownNames): readonly LabelProposal[] {
  const batch = look(clips);
  const has = (names: readonly string[], name: string | null): boolean => name !== null && names.some((one) => fold(one) === fold(name));
  return clips.map((clip) => {
    const guess = fromNames(clip, batch);
    const swapped = has(known.classes, guess.background) || (has(known.backgrounds, guess.class) && !has(known.classes, guess.class));
    const ordered = swapped ? { class: guess.background, background: guess.class } : guess;
    return { class: knownIn(clip, known.classes) ?? ordered.class, background: knownIn(clip, known.backgrounds) ?? ordered.background };
  });
}
