import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Young leaf to deep moss: the colour of what acts. */
const moss: MantineColorsTuple = ['#eef6f0', '#dcebe0', '#bad8c3', '#94c2a3', '#72ae87', '#549a6f', '#377f55', '#2c6e49', '#215639', '#163d28'];
/** Resin: what is close, or wants a look. */
const resin: MantineColorsTuple = ['#fdf6e6', '#f8e9c6', '#f0d38d', '#e7bb54', '#dfa72b', '#c78f17', '#a87510', '#85590b', '#664408', '#483006'];
/** Clay: what goes wrong or goes away. */
const clay: MantineColorsTuple = ['#fcefec', '#f6d9d2', '#ecb4a7', '#e18c7a', '#d66a54', '#c8513a', '#b03f2b', '#8d3021', '#6c2419', '#4c1911'];
const paper: MantineColorsTuple = ['#faf8f2', '#f2efe6', '#e7e3d7', '#d9d4c5', '#c0bbab', '#9b988b', '#75746a', '#55564f', '#3a3d37', '#232723'];
const night: MantineColorsTuple = ['#e4e9e3', '#c3cbc4', '#98a39b', '#717d75', '#4b574f', '#38433c', '#2b342e', '#1d2420', '#161c19', '#101512'];

/** Small and calm: one look for every control. */
export const theme = createTheme({
  primaryColor: 'moss',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.34,
  colors: { moss, resin, clay, gray: paper, dark: night },
  black: '#1f2622',
  fontFamily: 'Inter, "Segoe UI Variable Text", "Segoe UI", -apple-system, BlinkMacSystemFont, system-ui, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, "Noto Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8438rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  headings: { fontWeight: '640', sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.25' }, h2: { fontSize: '1.125rem', lineHeight: '1.3' }, h3: { fontSize: '0.9375rem', lineHeight: '1.35' } } },
  defaultRadius: 'md',
  radius: { sm: '5px', md: '8px', lg: '12px' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'sm' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', allowDeselect: false } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true, arrowSize: 6, multiline: true, maw: 320 } },
    // A placeholder for the first focus would be a child that a menu may not have.
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-start', withInitialFocusPlaceholder: false }, styles: { dropdown: { maxHeight: 'calc(100vh - 24px)', overflowY: 'auto' } } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
    Text: { defaultProps: { size: 'sm' } },
  },
});

/** The surfaces of both themes; `--g-*` are used by our own style sheets. */
export const surfaces: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fffefa',
    '--mantine-color-text': '#1f2622',
    '--mantine-color-dimmed': '#5f665f',
    '--mantine-color-placeholder': '#8b8c80',
    '--mantine-color-default-border': '#dcd7c9',
    '--mantine-color-anchor': '#2c6e49',
    '--g-page': '#f5f2ea',
    '--g-card': '#fffefa',
    '--g-sunken': '#edeadf',
    '--g-line': '#e2ddd0',
    '--g-line-strong': '#cdc7b7',
    '--g-accent': '#2c6e49',
    '--g-accent-soft': '#e3efe5',
    '--g-good': '#3f8a5d',
    '--g-warn': '#85590b',
    '--g-bad': '#a33c28',
  },
  dark: {
    '--mantine-color-body': '#1a201d',
    '--mantine-color-text': '#e4e9e3',
    '--mantine-color-dimmed': '#9aa59d',
    '--mantine-color-placeholder': '#737e76',
    '--mantine-color-default': '#212925',
    '--mantine-color-default-hover': '#28312c',
    '--mantine-color-default-border': '#36413a',
    '--mantine-color-anchor': '#94c2a3',
    '--g-page': '#121714',
    '--g-card': '#1a201d',
    '--g-sunken': '#0f1311',
    '--g-line': '#2a332e',
    '--g-line-strong': '#3d4841',
    '--g-accent': '#72ae87',
    '--g-accent-soft': '#22352a',
    '--g-good': '#549a6f',
    '--g-warn': '#e7bb54',
    '--g-bad': '#e18c7a',
  },
});

/** Colours of one word (moss, clay …) for high contrast: as a filled sheet, as a pale one, and as text or line. */
function strongColour(name: string, filled: string, pale: string, text: string): Readonly<Record<string, string>> {
  const own = `--mantine-color-${name}`;
  return { [`${own}-filled`]: filled, [`${own}-filled-hover`]: filled, [`${own}-light`]: pale, [`${own}-light-hover`]: pale, [`${own}-light-color`]: text, [`${own}-outline`]: text, [`${own}-text`]: text };
}

/** The surfaces in high contrast: text at least 7 : 1 against what is behind it (WCAG 1.4.6), lines at least 3 : 1. */
export const strongSurfaces: CSSVariablesResolver = (theme) => {
  const usual = surfaces(theme);
  return {
    variables: usual.variables,
    light: {
      ...usual.light,
      ...strongColour('moss', '#0f4527', '#e4f3e8', '#0b3a1f'),
      ...strongColour('resin', '#563600', '#fff3d6', '#4a2e00'),
      ...strongColour('clay', '#7a1a0a', '#ffece8', '#6b1405'),
      ...strongColour('gray', '#3a3a38', '#ececec', '#1c1c1c'),
      '--mantine-primary-color-filled': '#0f4527',
      '--mantine-primary-color-filled-hover': '#0b3a1f',
      '--mantine-color-gray-1': '#f1f1f1',
      '--mantine-color-gray-7': '#1c1c1c',
      '--mantine-color-body': '#ffffff',
      '--mantine-color-text': '#000000',
      '--mantine-color-dimmed': '#333333',
      '--mantine-color-placeholder': '#4a4a4a',
      '--mantine-color-default': '#ffffff',
      '--mantine-color-default-hover': '#ececec',
      '--mantine-color-default-border': '#3a3a3a',
      '--mantine-color-anchor': '#0b3a1f',
      '--mantine-color-error': '#7a1a0a',
      '--g-page': '#ffffff',
      '--g-card': '#ffffff',
      '--g-sunken': '#f1f1f1',
      '--g-line': '#6b6b6b',
      '--g-line-strong': '#222222',
      '--g-accent': '#0b4022',
      '--g-accent-soft': '#dff0e3',
      '--g-good': '#1d6b3f',
      '--g-warn': '#563600',
      '--g-bad': '#7a1a0a',
    },
    dark: {
      ...usual.dark,
      ...strongColour('moss', '#0f5a30', '#0f2e1a', '#9df0b8'),
      ...strongColour('resin', '#5e4300', '#2e2200', '#ffd666'),
      ...strongColour('clay', '#8a2413', '#3a100a', '#ffab98'),
      ...strongColour('gray', '#4a4a4a', '#1d1d1d', '#ffffff'),
      '--mantine-primary-color-filled': '#0f5a30',
      '--mantine-primary-color-filled-hover': '#0f5a30',
      '--mantine-color-dark-1': '#ffffff',
      '--mantine-color-body': '#000000',
      '--mantine-color-text': '#ffffff',
      '--mantine-color-dimmed': '#d6d6d6',
      '--mantine-color-placeholder': '#bdbdbd',
      '--mantine-color-default': '#000000',
      '--mantine-color-default-hover': '#1d1d1d',
      '--mantine-color-default-border': '#bdbdbd',
      '--mantine-color-anchor': '#9df0b8',
      '--mantine-color-error': '#ffab98',
      '--g-page': '#000000',
      '--g-card': '#000000',
      '--g-sunken': '#161616',
      '--g-line': '#8a8a8a',
      '--g-line-strong': '#ffffff',
      '--g-accent': '#9df0b8',
      '--g-accent-soft': '#0f2e1a',
      '--g-good': '#2f9a5b',
      '--g-warn': '#ffd666',
      '--g-bad': '#ffab98',
    },
  };
};
