import { Center, Loader } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useMemo, type ReactElement, type ReactNode } from 'react';
import { callApi, onSignedOut } from '../api/call-api.ts';
import { closeSession } from '../api/session-calls.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { SessionContext } from './session-context.ts';
import { sessionKey, sessionQuery } from './session-query.ts';

const SignInPage = lazy(() => import('./sign-in-page.tsx'));

/**
 * Shows what is below to those who are signed in, and the sign-in page to everyone else. The address stays as it is, so that
 * whose session ends comes back to the same page.
 */
export function SessionProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(sessionQuery);

  const forget = useCallback(() => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    client.setQueryData(sessionKey, null);
  }, [client]);
  useEffect(() => onSignedOut(forget), [forget]);

  const signOut = useCallback(() => {
    // Whether or not the controller hears of it, this page forgets what it knew.
    void callApi(closeSession())
      .catch(() => undefined)
      .finally(forget);
  }, [forget]);
  const state = useMemo(
    () => (data === null || data === undefined ? null : { session: data, signOut }),
    [data, signOut],
  );

  if (state !== null) return <SessionContext value={state}>{children}</SessionContext>;
  if (data === null) {
    return (
      <Suspense>
        <SignInPage onSignedIn={(session) => client.setQueryData(sessionKey, session)} />
      </Suspense>
    );
  }
  return (
    <Center mih="60vh" p="md">
      {error === null ? (
        <Loader aria-label="Asking who you are" />
      ) : (
        <ErrorNotice what="The session" error={error} onRetry={() => void refetch()} />
      )}
    </Center>
  );
}
