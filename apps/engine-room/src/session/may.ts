import type { SessionView } from '@ironwheel/contracts';
import { useSession } from './session-context.ts';

export type NeededRole = 'viewer' | 'operator' | 'admin';

const ranks: Readonly<Record<SessionView['role'], number>> = {
  anonymous: 1,
  worker: 0,
  viewer: 1,
  operator: 2,
  admin: 3,
};

/** Null: may do it. Else one sentence that says why not, for the control that is disabled. */
export function findBar(role: SessionView['role'], needed: NeededRole): string | null {
  if (ranks[role] >= ranks[needed]) return null;
  const article = /^[aeiou]/.test(needed) ? 'an' : 'a';
  return `This needs the role ${needed}; you are signed in as ${role}. Sign in with ${article} ${needed} token.`;
}

/** Why the one who is signed in may not do what needs this role; null when they may. */
export function useBar(needed: NeededRole): string | null {
  return findBar(useSession().session.role, needed);
}
