/** Where a key counts. `all`: wherever one is; `labels`: in the grid, the open frame and the timeline alike. */
export const keyScopes = ['all', 'labels', 'frames', 'viewer', 'timeline'] as const;
export type KeyScope = (typeof keyScopes)[number];

/** Something that a key does. */
export interface KeyCommand {
  readonly id: string;
  readonly scope: KeyScope;
  /** Key of its name in the texts. */
  readonly title: string;
  /** Keys as `comboOf` writes them. */
  readonly defaults: readonly string[];
}

const command = (scope: KeyScope, id: string, title: string, ...defaults: readonly string[]): KeyCommand => ({ id, scope, title, defaults });

/** Every key of the window. Arrows and the like also go with Shift in the grid: then they choose what they pass. */
export const keyCommands: readonly KeyCommand[] = [
  command('all', 'palette', 'common:palette.button', 'mod+K'),
  command('all', 'help', 'help:open', 'F1'),
  command('all', 'go.board', 'common:places.board', 'mod+1'),
  command('all', 'go.frames', 'common:places.frames', 'mod+2'),
  command('all', 'go.rounds', 'common:places.rounds', 'mod+3'),
  command('all', 'go.models', 'common:places.models', 'mod+4'),
  command('all', 'go.migrate', 'common:places.migrate', 'mod+5'),
  command('all', 'go.try', 'common:places.try', 'mod+6'),
  command('all', 'go.settings', 'common:places.settings', 'mod+,'),
  command('all', 'go.back', 'keys:commands.back', 'alt+ArrowLeft'),
  command('all', 'go.forward', 'keys:commands.forward', 'alt+ArrowRight'),
  command('all', 'project.new', 'start:new', 'mod+N'),
  command('all', 'project.open', 'start:open', 'mod+O'),
  command('all', 'clips.import', 'board:importFilms', 'mod+I'),
  command('all', 'edit.undo', 'common:undo', 'mod+Z'),
  command('all', 'edit.redo', 'common:redo', 'mod+shift+Z', 'mod+Y'),
  ...Array.from({ length: 10 }, (_, index) => command('labels', `label.${index + 1}`, 'keys:commands.label', String((index + 1) % 10))),
  command('labels', 'exclude', 'keys:commands.exclude', 'X'),
  command('frames', 'frames.left', 'keys:commands.left', 'ArrowLeft'),
  command('frames', 'frames.right', 'keys:commands.right', 'ArrowRight'),
  command('frames', 'frames.up', 'keys:commands.up', 'ArrowUp'),
  command('frames', 'frames.down', 'keys:commands.down', 'ArrowDown'),
  command('frames', 'frames.pageUp', 'keys:commands.pageUp', 'PageUp'),
  command('frames', 'frames.pageDown', 'keys:commands.pageDown', 'PageDown'),
  command('frames', 'frames.first', 'keys:commands.first', 'Home'),
  command('frames', 'frames.last', 'keys:commands.last', 'End'),
  command('frames', 'frames.open', 'keys:commands.open', 'Enter'),
  command('frames', 'frames.toggle', 'keys:commands.toggle', 'Space'),
  command('frames', 'frames.all', 'keys:commands.all', 'mod+A'),
  command('frames', 'frames.none', 'keys:commands.none', 'Escape'),
  command('frames', 'frames.stack', 'keys:commands.stack', 'S'),
  command('frames', 'frames.thin', 'keys:commands.thin', 'T'),
  command('frames', 'frames.accept', 'keys:commands.accept', 'A'),
  command('viewer', 'viewer.previous', 'keys:commands.previous', 'ArrowLeft'),
  command('viewer', 'viewer.next', 'keys:commands.next', 'ArrowRight'),
  command('viewer', 'viewer.back10', 'keys:commands.back10', 'shift+ArrowLeft'),
  command('viewer', 'viewer.on10', 'keys:commands.on10', 'shift+ArrowRight'),
  command('viewer', 'viewer.close', 'common:close', 'Enter', 'Escape'),
  command('timeline', 'timeline.previous', 'keys:commands.previous', 'ArrowLeft'),
  command('timeline', 'timeline.next', 'keys:commands.next', 'ArrowRight'),
  command('timeline', 'timeline.back10', 'keys:commands.back10', 'shift+ArrowLeft'),
  command('timeline', 'timeline.on10', 'keys:commands.on10', 'shift+ArrowRight'),
  command('timeline', 'timeline.first', 'keys:commands.first', 'Home'),
  command('timeline', 'timeline.last', 'keys:commands.last', 'End'),
  command('timeline', 'timeline.play', 'keys:commands.play', 'Space'),
  command('timeline', 'timeline.in', 'keys:commands.markIn', 'I'),
  command('timeline', 'timeline.out', 'keys:commands.markOut', 'O'),
  command('timeline', 'timeline.clear', 'keys:commands.clearMarks', 'C'),
  command('timeline', 'timeline.label', 'keys:commands.labelChosen', 'Enter'),
  command('timeline', 'timeline.leave', 'keys:commands.leave', 'Escape'),
];

/** Keys that the user chose, by command; a command that is missing has its defaults, an empty list no key. */
export type ChosenKeys = Readonly<Record<string, readonly string[]>>;

const byId = new Map(keyCommands.map((entry) => [entry.id, entry]));

/** The keys of a command as they are now; none for an unknown one. */
export function keysOf(id: string, chosen: ChosenKeys): readonly string[] {
  return chosen[id] ?? byId.get(id)?.defaults ?? [];
}

const letterCodes: Readonly<Record<string, string>> = { Comma: ',', Period: '.', Slash: '/', Semicolon: ';', Quote: "'", BracketLeft: '[', BracketRight: ']', Minus: '-', Equal: '=', Backquote: '`', Backslash: '\\' };

/** What a key event is made of, also without a browser. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

function nameOf({ key, code }: KeyPress): string {
  if (key === ' ') return 'Space';
  if (/^[a-zA-Z]$/.test(key)) return key.toUpperCase();
  if (key.length !== 1) return key;
  // On layouts without Latin letters, and where digits need Shift, the place of the key decides.
  const placed = /^Key([A-Z])$/.exec(code)?.[1] ?? /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (placed !== undefined && (/^\d$/.test(key) || !/^[\x21-\x7e]$/.test(key) || code.startsWith('Digit'))) return placed;
  return /^[\x21-\x7e]$/.test(key) ? key : (letterCodes[code] ?? key);
}

/** A key press as it is written down: `mod+shift+Z`, `ArrowLeft`, `X`; null for Shift and the like alone. `mod`: Ctrl, on a Mac Cmd. */
export function comboOf(press: KeyPress, mac = false): string | null {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Process', 'Unidentified'].includes(press.key)) return null;
  const name = nameOf(press);
  const written = /^[\x21-\x7e]$/.test(name) && !/^[A-Z\d]$/.test(name);
  return [mac ? press.metaKey && 'mod' : press.ctrlKey && 'mod', mac && press.ctrlKey && 'ctrl', !mac && press.metaKey && 'meta', press.altKey && 'alt', press.shiftKey && !written && 'shift', name].filter(Boolean).join('+');
}

/** The command that a key stands for in some scopes, the more special scope first; null for none. */
export function commandOf(combo: string | null, scopes: readonly KeyScope[], chosen: ChosenKeys): string | null {
  if (combo === null) return null;
  for (const scope of scopes) {
    const found = keyCommands.find((entry) => entry.scope === scope && keysOf(entry.id, chosen).includes(combo));
    if (found) return found.id;
  }
  return null;
}

const meets: Readonly<Record<KeyScope, readonly KeyScope[]>> = {
  all: keyScopes,
  labels: keyScopes,
  frames: ['all', 'labels', 'frames'],
  viewer: ['all', 'labels', 'viewer'],
  timeline: ['all', 'labels', 'timeline'],
};

/** Other commands that the same key would have to do at the same place. */
export function conflictsOf(id: string, chosen: ChosenKeys): readonly KeyCommand[] {
  const own = byId.get(id);
  if (!own) return [];
  const keys = keysOf(id, chosen);
  return keyCommands.filter((other) => other.id !== id && meets[own.scope].includes(other.scope) && keysOf(other.id, chosen).some((key) => keys.includes(key)));
}

/** Gives a command other keys; where they are the defaults nothing is kept. */
export function withKeys(chosen: ChosenKeys, id: string, keys: readonly string[]): ChosenKeys {
  const others = Object.fromEntries(Object.entries(chosen).filter(([other]) => other !== id));
  const defaults = byId.get(id)?.defaults ?? [];
  return keys.length === defaults.length && keys.every((key, at) => key === defaults[at]) ? others : { ...others, [id]: keys };
}
