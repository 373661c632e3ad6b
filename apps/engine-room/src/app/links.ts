import { pages } from '../pages.ts';

/** What has a page of its own, and that page's path. A page that is not built yet is simply not linked to. */
const pathOf = {
  worker: '/workers/$id',
  server: '/servers/$id',
  pool: '/pools/$id',
  job: '/jobs/$id',
  attempt: '/logs/$id',
  run: '/plans/$id',
  package: '/packages/$id',
  artifact: '/artifacts/$id',
  hint: '/hints/$id',
} as const;
export type LinkedKind = keyof typeof pathOf;

const withoutNames = (path: string): string => path.replaceAll(/\$\w+/g, '$');
const existing = new Set(pages.map(({ path }) => withoutNames(path)));

/** Path of the page of one thing; null while there is no such page. */
export function findLink(kind: LinkedKind, id: string): string | null {
  const path = pathOf[kind];
  return existing.has(withoutNames(path)) ? path.replace('$id', encodeURIComponent(id)) : null;
}
