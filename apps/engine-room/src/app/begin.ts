import { beginRead } from '../api/begun-reads.ts';
import { pages } from '../pages.ts';
import { basePath } from './base-path.ts';
import { setDocumentScheme } from './document-scheme.ts';
import { findPage } from './find-page.ts';
import { showFirstView } from './first-view.ts';

// The first script, and a small one (vite.config.mjs): what the page shows first, who is signed in and the page itself are asked for
// while the others are still read, not one after the other behind them.
setDocumentScheme();
const found = findPage(pages, location.pathname.slice(basePath.length));
const reads = found?.page.firstReads?.(found.ids).map((path) => `/api${path}`) ?? [];
for (const read of [...reads, '/api/session']) beginRead(read);
// Who names a place or looks for something in the address sees that first.
const view = location.search === '' && location.hash === '' ? found?.page.firstView : undefined;
if (view === undefined) loadRest();
else void showFirstView(view, reads).then(loadRest);

function loadRest(): void {
  // Whoever shows the page says what went wrong.
  found?.page.load().catch(() => undefined);
  void import('../main.tsx');
}
