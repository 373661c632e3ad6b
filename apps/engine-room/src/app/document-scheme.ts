/** Light or dark as the system has it, until the person chooses. */
export const defaultColorScheme = 'auto';
/** Under which Mantine keeps what the person chose. */
export const schemeKey = 'mantine-color-scheme-value';

/**
 * Mantine writes this on the document behind its first drawing: until then it would be light, and by then everything that was drawn
 * would have to be styled again. So the first script does.
 */
export function setDocumentScheme(): void {
  const chosen = readScheme();
  const isDark = chosen === null ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
  document.documentElement.setAttribute('data-respect-reduced-motion', 'true');
}

function readScheme(): 'light' | 'dark' | null {
  try {
    const kept = localStorage.getItem(schemeKey);
    return kept === 'light' || kept === 'dark' ? kept : null;
  } catch {
    // The person has forbidden pages to keep anything.
    return null;
  }
}
