import { localStorageColorSchemeManager, type MantineColorScheme } from '@mantine/core';
import { theme } from './theme.ts';

export const defaultColorScheme: MantineColorScheme = 'auto';

/**
 * Mantine writes this on the document behind its first drawing: until then it would be light, and by then everything that was drawn
 * would have to be styled again.
 */
export function setDocumentScheme(): void {
  const scheme = localStorageColorSchemeManager().get(defaultColorScheme);
  const isDark = scheme === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : scheme === 'dark';
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
  if (theme.respectReducedMotion === true)
    document.documentElement.setAttribute('data-respect-reduced-motion', 'true');
}
