import { beginRead } from '../api/begun-reads.ts';
import { pages } from '../pages.ts';
import { basePath } from './base-path.ts';
import { findPage } from './find-page.ts';

// The first import of the first module: who is signed in, the page and what it shows first are asked for while the rest of the
// scripts is still run, not one after the other behind it.
beginRead('/api/session');
const found = findPage(pages, location.pathname.slice(basePath.length));
if (found !== null) {
  // Whoever shows the page says what went wrong.
  found.page.load().catch(() => undefined);
  for (const path of found.page.firstReads?.(found.ids) ?? []) beginRead(`/api${path}`);
}
