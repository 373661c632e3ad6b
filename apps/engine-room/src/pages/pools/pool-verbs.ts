import type { PoolView } from '@ironwheel/contracts';
import type { NeededRole } from '../../session/may.ts';

export type PoolVerb = 'scale' | 'set-default' | 'archive';

export interface VerbChoice {
  readonly verb: PoolVerb;
  readonly label: string;
  readonly role: NeededRole;
  /** Why it makes no sense now; null: it does. */
  readonly bar: string | null;
}

/** What can be done with a pool as it is now. */
export function listPoolVerbs(pool: PoolView): VerbChoice[] {
  const archived = pool.archived_at === null ? null : 'It is archived.';
  const isDefault = pool.is_default ? 'It is the default pool.' : null;
  return [
    { verb: 'scale', label: 'Scale…', role: 'operator', bar: archived },
    { verb: 'set-default', label: 'Make it the default…', role: 'admin', bar: archived ?? isDefault },
    {
      verb: 'archive',
      label: 'Archive…',
      role: 'admin',
      bar:
        archived ?? (pool.is_default ? 'It is the default pool; make another one the default first.' : null),
    },
  ];
}

/** "3 of 8", "3, as many as there are slots", "0, takes nothing". */
export function describeScale({ held_jobs: held, max_jobs: most }: PoolView): string {
  if (most === null) return `${held}, no bound`;
  return most === 0 ? `${held} of 0: takes nothing new` : `${held} of ${most}`;
}
