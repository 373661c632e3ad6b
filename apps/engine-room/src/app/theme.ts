import { createTheme, Loader, type CSSVariablesResolver } from '@mantine/core';

/** Shade 8 of each colour is the first with 4.5:1 against white; the dark scheme stays with light text on it. */
export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 8, dark: 8 },
  cursorType: 'pointer',
  defaultRadius: 'sm',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  // base.css: a log is shown before Mantine writes its own.
  fontFamilyMonospace: 'var(--iw-mono)',
  headings: { fontWeight: '600' },
  // What is being read is said: a label without a role is no name.
  components: { Loader: Loader.extend({ defaultProps: { role: 'status' } }) },
});

/** Mantine's own quiet and error colours are below 4.5:1 (WCAG 1.4.3). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#545b62',
    '--mantine-color-placeholder': '#5f666d',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#1560a3',
  },
  dark: {
    '--mantine-color-dimmed': '#b4b8be',
    '--mantine-color-placeholder': '#a3a7ad',
    '--mantine-color-error': '#ff9b93',
    '--mantine-color-anchor': '#8ec5fc',
  },
});
