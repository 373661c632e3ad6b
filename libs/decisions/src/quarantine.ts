/** When a worker is put in quarantine by itself, and for how long. */
export interface QuarantinePolicy {
  /** This many failures by the worker's fault in a row, */
  readonly consecutive: number;
  /** of at least so many packages: one odd package is no proof against a worker. */
  readonly distinctPackages: number;
  /** Or this share of its last outcomes, once there are `minAttempts` of them. */
  readonly failRatio: number;
  readonly minAttempts: number;
  /** Outcomes that are looked at, newest first. */
  readonly window: number;
  /** The first one lasts `baseS` seconds, each that follows twice as long as the one before, `capS` at most. */
  readonly baseS: number;
  readonly capS: number;
  /** Most of a pool's live workers that may be in automatic quarantine at a time; one may always be. */
  readonly maxPercent: number;
  /** So many others must be left in the pool that claim. */
  readonly minActive: number;
}

export const defaultQuarantinePolicy: QuarantinePolicy = {
  consecutive: 3,
  distinctPackages: 3,
  failRatio: 0.6,
  minAttempts: 8,
  window: 20,
  baseS: 900,
  capS: 86_400,
  maxPercent: 20,
  minActive: 1,
};

/** An attempt that speaks for the worker (it succeeded) or against it (its cause was `worker`). No other one counts. */
export interface WorkerOutcome {
  readonly ok: boolean;
  /** It was lost, not reported: lost attempts that ran side by side fell with one fall of the worker, and count once. */
  readonly isLost: boolean;
  readonly package: string;
  /** Milliseconds since the epoch. */
  readonly claimedAt: number;
  readonly endedAt: number;
}

export interface QuarantineHistory {
  /** Newest first. */
  readonly outcomes: readonly WorkerOutcome[];
  /** Automatic quarantines since the last success. */
  readonly count: number;
  readonly pool: {
    /** Workers of its pool that are alive, itself included. */
    readonly live: number;
    /** Others that claim. */
    readonly active: number;
    /** Others in automatic quarantine. */
    readonly quarantined: number;
  };
}

export type QuarantineVerdict =
  | { readonly action: 'none' }
  | { readonly action: 'quarantine'; readonly forS: number; readonly count: number; readonly reason: string }
  /** It would be put in quarantine, but for the bounds of its pool. */
  | { readonly action: 'withhold'; readonly reason: string };

/** Decides after an attempt failed by the fault of its worker. Pure: the same history and policy give the same verdict. */
export function quarantineFor(history: QuarantineHistory, policy: QuarantinePolicy): QuarantineVerdict {
  const reason = findReason(countFallsOnce(history.outcomes), policy);
  if (reason === null) return { action: 'none' };
  const { live, active, quarantined } = history.pool;
  if (active < policy.minActive) {
    return { action: 'withhold', reason: `${reason} It goes on: no other worker of its pool could.` };
  }
  const allowed = Math.max(1, Math.floor((live * policy.maxPercent) / 100));
  if (quarantined + 1 > allowed) {
    return {
      action: 'withhold',
      reason: `${reason} It goes on: ${quarantined} of ${live} workers of its pool are in quarantine, and the policy allows ${allowed}.`,
    };
  }
  const forS = Math.min(policy.capS, policy.baseS * 2 ** Math.min(history.count, 30));
  return { action: 'quarantine', forS, count: history.count + 1, reason };
}

interface Fault {
  readonly ok: boolean;
  readonly packages: ReadonlySet<string>;
}

function countFallsOnce(outcomes: readonly WorkerOutcome[]): Fault[] {
  const faults: { ok: boolean; packages: Set<string> }[] = [];
  let fall: { began: number; packages: Set<string> } | null = null;
  for (const outcome of outcomes) {
    if (outcome.isLost && fall !== null && outcome.endedAt > fall.began) {
      fall.packages.add(outcome.package);
      fall.began = Math.min(fall.began, outcome.claimedAt);
      continue;
    }
    const packages = new Set([outcome.package]);
    faults.push({ ok: outcome.ok, packages });
    if (outcome.isLost) fall = { began: outcome.claimedAt, packages };
  }
  return faults;
}

const countPackages = (faults: readonly Fault[]): number =>
  new Set(faults.flatMap(({ packages }) => [...packages])).size;

function findReason(faults: readonly Fault[], policy: QuarantinePolicy): string | null {
  const success = faults.findIndex(({ ok }) => ok);
  const row = success === -1 ? faults : faults.slice(0, success);
  if (row.length >= policy.consecutive && countPackages(row) >= policy.distinctPackages) {
    return `${row.length} failures in a row were the worker's fault, with ${countPackages(row)} packages.`;
  }
  const recent = faults.slice(0, policy.window);
  const bad = recent.filter(({ ok }) => !ok);
  if (recent.length < policy.minAttempts || bad.length / recent.length < policy.failRatio) return null;
  if (countPackages(bad) < policy.distinctPackages) return null;
  return `${bad.length} of its last ${recent.length} outcomes were failures by the worker's fault.`;
}
