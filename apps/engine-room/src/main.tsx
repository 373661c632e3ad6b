import '@mantine/core/styles.css';
import './app/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { createQueryClient } from './app/query-client.ts';
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

// Mostly it is known by now who is signed in: the page is drawn once, not first without it.
const queryClient = createQueryClient();
const blank = new Promise<void>((resolve) => setTimeout(resolve, longestBlankMs));
const session = queryClient.query(sessionQuery).catch(() => undefined);
void Promise.race([session, blank]).then(show);
