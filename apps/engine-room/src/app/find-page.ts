import type { PageEntry } from './page-entry.ts';

/** The page of a path below the base path, with what its path names; null for a path of none. */
export function findPage(
  pages: readonly PageEntry[],
  path: string,
): { readonly page: PageEntry; readonly ids: Readonly<Record<string, string>> } | null {
  const parts = path.split('/');
  // A page of its own, such as `/plans/new`, comes before one of a thing.
  const [found] = pages
    .filter((page) => fits(page.path.split('/'), parts))
    .sort((left, right) => countNames(left) - countNames(right));
  if (found === undefined) return null;
  const names = found.path.split('/').flatMap((part, index) => {
    const value = parts[index] ?? '';
    return part.startsWith('$') ? [[part.slice(1), value] as const] : [];
  });
  return { page: found, ids: Object.fromEntries(names) };
}

const fits = (pattern: readonly string[], parts: readonly string[]): boolean =>
  pattern.length === parts.length &&
  pattern.every((part, index) => (part.startsWith('$') ? parts[index] !== '' : part === parts[index]));

const countNames = ({ path }: PageEntry): number => path.split('$').length;
