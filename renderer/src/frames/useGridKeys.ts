import { acceptSuggestions } from '../results/SuggestionBar';
import { labelPlace, pressed, usePlaceKeys } from '../keys/useKeys';
import type { Shown } from './FrameGrid';
import { excludeFrames, labelFrames, toggleExcluded } from './labeling';
import { clicked, stepped } from './selection';
import { thinned } from './stacks';

/** Steps of the focus for the commands that move it. */
function stepOf(command: string | null, perRow: number, rowsPerPage: number, count: number): number | null {
  switch (command) {
    case 'frames.left': return -1;
    case 'frames.right': return 1;
    case 'frames.up': return -perRow;
    case 'frames.down': return perRow;
    case 'frames.pageUp': return -perRow * rowsPerPage;
    case 'frames.pageDown': return perRow * rowsPerPage;
    case 'frames.first': return -count;
    case 'frames.last': return count;
    default: return null;
  }
}

function act(command: string | null, shown: Shown, open: () => void): boolean {
  const { columns, order, selection, select, names, chosen, stacks } = shown;
  const { focus } = selection;
  const place = labelPlace(command);
  if (place !== null) {
    const view = names.classes.filter(({ hidden }) => !hidden)[place];
    if (view) void labelFrames(chosen, view);
    return view !== undefined;
  }
  if (command === 'exclude') void toggleExcluded(columns, chosen);
  else if (command === 'frames.accept' && shown.suggestedBy !== null) acceptSuggestions(shown.suggestedBy, chosen);
  else if (command === 'frames.thin') void excludeFrames(thinned(columns, selection.ids, stacks), true);
  else if (command === 'frames.stack') shown.toggleStacks(selection.ids.size > 0 ? [...selection.ids] : focus === null ? [] : [focus]);
  else if (command === 'frames.open' && focus !== null) open();
  else if (command === 'frames.toggle' && focus !== null) select(clicked(selection, order, focus, { shift: false, toggle: true }));
  else if (command === 'frames.all') select({ ...selection, ids: new Set(order) });
  else if (command === 'frames.none') select({ ...selection, ids: new Set() });
  else return false;
  return true;
}

/** The keys of the grid, wherever in the place the focus is. `rowsPerPage`: asked when a page is turned. */
export function useGridKeys(shown: Shown, perRow: number, rowsPerPage: () => number, open: () => void): void {
  usePlaceKeys((event) => {
    const scopes = ['frames', 'labels'] as const;
    const command = pressed(event, scopes);
    // With Shift the keys that move the focus choose what they pass.
    const step = stepOf(command ?? (event.shiftKey ? pressed(event, scopes, true) : null), perRow, rowsPerPage(), shown.order.length);
    if (step === null) return act(command, shown, open);
    shown.select(stepped(shown.selection, shown.order, step, event.shiftKey));
    return true;
  });
}
