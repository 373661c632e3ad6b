import type { SessionView } from '@ironwheel/contracts';
import { createContext, use } from 'react';

export interface SessionState {
  readonly session: SessionView;
  /** Ends the session, in this and every other tab. */
  readonly signOut: () => void;
}

export const SessionContext = createContext<SessionState | null>(null);

/** Who is signed in. Only below `SessionProvider`, which shows the sign-in page to everyone else. */
export function useSession(): SessionState {
  const state = use(SessionContext);
  if (state === null) throw new Error('there is no session here');
  return state;
}
