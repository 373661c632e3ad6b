import { beginRead } from '../api/begun-reads.ts';
import { pages } from '../pages.ts';
import { basePath } from './base-path.ts';
import { findPage } from './find-page.ts';

// The first script, and a small one (vite.config.mjs): who is signed in, the page and what it shows first are asked for while the
// others are still read, not one after the other behind them.
beginRead('/api/session');
const found = findPage(pages, location.pathname.slice(basePath.length));
if (found !== null) {
  for (const path of found.page.firstReads?.(found.ids) ?? []) beginRead(`/api${path}`);
  // Whoever shows the page says what went wrong.
  found.page.load().catch(() => undefined);
}
void import('../main.tsx');
