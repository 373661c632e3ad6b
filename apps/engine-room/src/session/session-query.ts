import type { SessionView } from '@ironwheel/contracts';
import { queryOptions } from '@tanstack/react-query';
import { ApiError } from '../api/api-error.ts';
import { callApi } from '../api/call-api.ts';
import { readSession } from '../api/session-calls.ts';

export const sessionKey = ['session'] as const;

/** Who is signed in; `null`: nobody is. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: ({ signal }): Promise<SessionView | null> => findSession(signal),
  staleTime: 60_000,
});

async function findSession(signal: AbortSignal): Promise<SessionView | null> {
  try {
    return await callApi(readSession(), signal);
  } catch (error) {
    if (error instanceof ApiError && error.isSignedOut) return null;
    throw error;
  }
}
