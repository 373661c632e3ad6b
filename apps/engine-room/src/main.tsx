import './live/when-left.ts';
import '@mantine/core/styles.css';
import './app/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { waitForBegun } from './api/begun-reads.ts';
import { App } from './app/app.tsx';
import { createQueryClient } from './app/query-client.ts';
import { router } from './app/router.tsx';
import { sessionQuery } from './session/session-query.ts';

/** Until then nothing is shown; afterwards, that something is waited for. */
const longestBlankMs = 200;

function show(): void {
  const place = document.getElementById('root');
  if (place === null) throw new Error('the page has no place for the application');
  createRoot(place).render(
    <StrictMode>
      <App queryClient={queryClient} />
    </StrictMode>,
  );
}

// Each drawing takes its time: the first one is mostly that of the whole page. Who is signed in, the page's own script and what it
// reads first (app/begin.ts) come together; what went wrong with them is told by whoever shows it.
const queryClient = createQueryClient();
const blank = new Promise<void>((resolve) => setTimeout(resolve, longestBlankMs));
const whole = Promise.allSettled([queryClient.query(sessionQuery), router.load(), waitForBegun()]);
void Promise.race([whole, blank]).then(show);
