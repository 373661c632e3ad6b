/** What a row of `workers` says of the scheduler's intent, as SQL answers it. */
export interface IntentColumns {
  readonly desired_state: 'active' | 'paused' | 'draining';
  readonly desired_reason: string | null;
  readonly desired_by: string | null;
  readonly desired_at: Date | null;
  /** Of a pause: when it ends by itself. Of a drain: its deadline, which ends nothing. */
  readonly desired_until: Date | null;
  readonly quarantined_at: Date | null;
  readonly quarantine_kind: 'manual' | 'automatic' | null;
  readonly quarantine_reason: string | null;
  readonly quarantine_until: Date | null;
  readonly quarantine_count: number;
  /** Its process is being stopped by a command until then, whatever is wanted of it. */
  readonly stopping_until: Date | null;
}

export interface Quarantine {
  readonly kind: 'manual' | 'automatic';
  readonly reason: string;
  readonly at: Date;
  readonly until: Date | null;
  readonly count: number;
}

export interface ClaimBlock {
  readonly code: 'worker_paused' | 'worker_draining' | 'worker_quarantined' | 'worker_stopping';
  readonly text: string;
  readonly reason: string | null;
  readonly until: Date | null;
}

export interface EffectiveIntent {
  readonly desiredState: IntentColumns['desired_state'];
  readonly reason: string | null;
  readonly by: string | null;
  readonly at: Date | null;
  readonly until: Date | null;
  /** Stands beside the desired state: the end of one never ends the other. */
  readonly quarantine: Quarantine | null;
  /** Why nothing is granted; empty: claims are welcome. */
  readonly blockedBy: readonly ClaimBlock[];
}

const isOver = (until: Date | null, now: Date): boolean => until !== null && until.getTime() <= now.getTime();

const because = (reason: string | null, until: Date | null): string =>
  `${reason === null || reason === '' ? '' : `: ${reason}`}${until === null ? '' : ` (until ${until.toISOString()})`}`;

/**
 * What the scheduler wants of a worker now. A pause or a quarantine whose time is over counts for nothing from that very
 * moment, whenever the row is tidied up. Intent changes claims only, never the worker's process or what it builds.
 */
export function effectiveIntent(row: IntentColumns, now: Date): EffectiveIntent {
  const isEnded = row.desired_state === 'paused' && isOver(row.desired_until, now);
  const quarantine = toQuarantine(row, now);
  const wanted = isEnded
    ? { desiredState: 'active' as const, reason: null, by: null, at: row.desired_until, until: null }
    : {
        desiredState: row.desired_state,
        reason: row.desired_reason,
        by: row.desired_by,
        at: row.desired_at,
        until: row.desired_until,
      };
  const blockedBy: ClaimBlock[] = [];
  const { reason, until } = wanted;
  if (wanted.desiredState === 'paused') {
    const text = `This worker is paused${because(reason, until)}.`;
    blockedBy.push({ code: 'worker_paused', text, reason, until });
  }
  if (wanted.desiredState === 'draining') {
    const text = `This worker is draining${because(reason, null)}.`;
    blockedBy.push({ code: 'worker_draining', text, reason, until });
  }
  if (quarantine !== null) {
    const text = `This worker is in quarantine${because(quarantine.reason, quarantine.until)}.`;
    const { reason: why, until: end } = quarantine;
    blockedBy.push({ code: 'worker_quarantined', text, reason: why, until: end });
  }
  const { stopping_until: stopping } = row;
  if (stopping !== null && !isOver(stopping, now)) {
    const text = 'The process of this worker is being stopped by a command.';
    blockedBy.push({ code: 'worker_stopping', text, reason: null, until: stopping });
  }
  return { ...wanted, quarantine, blockedBy };
}

function toQuarantine(row: IntentColumns, now: Date): Quarantine | null {
  if (row.quarantined_at === null || isOver(row.quarantine_until, now)) return null;
  return {
    kind: row.quarantine_kind ?? 'manual',
    reason: row.quarantine_reason ?? '',
    at: row.quarantined_at,
    until: row.quarantine_until,
    count: row.quarantine_count,
  };
}
