import { useColorScheme, useMediaQuery } from '@mantine/hooks';
import { useLayoutEffect } from 'react';
import { usePreferences } from './preferences';

export interface Look {
  readonly scheme: 'light' | 'dark';
  /** High contrast: chosen here, or asked for by the system. */
  readonly strong: boolean;
}

const atOnce = { getInitialValueInEffect: false } as const;

/** How the window looks now; marks the page (`data-contrast="more"`) for our own style sheets. */
export function useLook(): Look {
  const { theme } = usePreferences();
  const system = useColorScheme('light', atOnce);
  const wished = useMediaQuery('(prefers-contrast: more)', false, atOnce);
  // Colours of the system (Windows): what keeps its own colours must stand out as well.
  const forced = useMediaQuery('(forced-colors: active)', false, atOnce);
  const strong = theme === 'contrast' || wished || forced;
  useLayoutEffect(() => {
    if (strong) document.documentElement.dataset['contrast'] = 'more';
    else delete document.documentElement.dataset['contrast'];
  }, [strong]);
  return { scheme: theme === 'light' || theme === 'dark' ? theme : system, strong };
}
