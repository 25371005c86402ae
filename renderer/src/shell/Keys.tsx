import { spotlight } from '@mantine/spotlight';
import { useEffect } from 'react';
import { isTyping, pressed } from '../keys/useKeys';
import { on } from '../studio';
import { useStudio } from '../ui/queries';
import { actions } from './actions';

/** What the window does by key or from the menu of the program, by name; false when there is no such thing (now). */
function carryOut(command: string | null, open: boolean): boolean {
  if (command === null) return false;
  if (command === 'palette') spotlight.toggle();
  else if (command === 'go.back') history.back();
  else if (command === 'go.forward') history.forward();
  else {
    const action = actions.find(({ id }) => id === command);
    if (!action || (action.needsProject && !open)) return false;
    action.run();
  }
  return true;
}

/** Keys that count everywhere, and the menu of the program. */
export function Keys() {
  const open = useStudio('projects:current').data != null;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const command = pressed(event, ['all']);
      // In a field keys belong to what is typed; only palette and help open (and close) from everywhere.
      if (isTyping(event.target) && command !== 'palette' && command !== 'help') return;
      if (carryOut(command, open)) event.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [open]);
  useEffect(() => on('menu:command', ({ command }) => void carryOut(command, open)), [open]);
  return null;
}
