import { useHotkeys } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { useEffect } from 'react';
import { on } from '../studio';
import { useStudio } from '../ui/queries';
import { actions } from './actions';

/** Keys of the actions, and the menu of the program. */
export function Keys() {
  const open = useStudio('projects:current').data != null;
  useHotkeys([
    ...actions.flatMap((action) => (action.keys ? [[action.keys, () => (open || !action.needsProject) && action.run()] as [string, () => void]] : [])),
    ['mod+Y', () => open && actions.find(({ id }) => id === 'edit.redo')?.run()],
    ['alt+ArrowLeft', () => history.back()],
    ['alt+ArrowRight', () => history.forward()],
  ]);
  useEffect(
    () =>
      on('menu:command', ({ command }) => {
        if (command === 'palette') spotlight.open();
        const action = actions.find(({ id }) => id === command);
        if (action && (open || !action.needsProject)) action.run();
      }),
    [open],
  );
  return null;
}
