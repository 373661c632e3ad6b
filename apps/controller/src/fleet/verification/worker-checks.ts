import type { CheckResult, WorkerView } from '@ironwheel/contracts';
import type { ClaimProbeAnswer } from './claim-probe.ts';
import { toAge } from './age.ts';

/** The worker of a server, as it is matched. */
export interface ProbedWorker {
  readonly view: WorkerView;
  readonly others: number;
}

type Passed = Omit<CheckResult, 'ok' | 'mend'>;

const passed = (result: Passed): CheckResult => ({ ...result, ok: true, mend: null });
const failed = (result: Passed, mend: string): CheckResult => ({ ...result, ok: false, mend });

const enrolAnew =
  'Enrol the worker anew: run the install line of a new bundle, or `ironwheel agent enroll --force`, on the host.';

/** Does a worker of this server beat? */
export function checkHeartbeatMatched(found: ProbedWorker | null, now: Date, freshS: number): CheckResult {
  const needed = `a worker that is matched with the server, with a heartbeat within ${freshS} s`;
  const result = (measured: string): Passed => ({
    check: 'heartbeat_matched',
    measured: measured.slice(0, 300),
    needed,
  });
  if (found === null) {
    return failed(
      result('no worker is matched with the server'),
      'Start the worker on the host. If it is in `ironwheel workers` as unmatched, `ironwheel workers register WORKER --server SERVER`.',
    );
  }
  const { view, others } = found;
  const more = others === 0 ? '' : `, and ${others} more`;
  const who = `worker ${view.name}, matched by ${view.matched_by ?? 'nothing'}${more}`;
  if (view.revoked_at !== null) {
    return failed(result(`${who}: its key was revoked at ${view.revoked_at}`), enrolAnew);
  }
  const beat = view.last_heartbeat_at;
  const heard = beat === null ? 'no heartbeat yet' : `heartbeat ${toAge(new Date(beat), now)}`;
  if (view.heartbeat_state === 'healthy') return passed(result(`${who}; ${heard}`));
  return failed(
    result(`${who}; ${heard}`),
    'See whether the worker runs (`process_state`) and what its log says; then network and clock of the host.',
  );
}

/** Blockers that are no fault: there is nothing to do, or all hands are busy. */
const harmless = new Set(['no_work', 'no_free_slot']);

const mends: Readonly<Record<string, string>> = {
  claims_paused: 'All claims are paused: `ironwheel claims resume`.',
  worker_paused: '`ironwheel workers resume WORKER`.',
  worker_draining: '`ironwheel workers resume WORKER`, if it should claim again.',
  worker_quarantined:
    'Mend what made its builds fail, then `ironwheel workers unquarantine WORKER`, or wait until it ends.',
  pool_mismatch: 'Unset WORKER_POOL on the host, or move the server to that pool.',
};

/** Would `claim-next` be granted? It is asked with `validate_only`: nothing is claimed. */
export function checkClaimProbe(found: ProbedWorker | null, answer: ClaimProbeAnswer | null): CheckResult {
  const result = (measured: string): Passed => ({
    check: 'claim_probe',
    measured: measured.slice(0, 300),
    needed: 'claim-next accepts the worker and nothing but a lack of work holds it back',
  });
  if (found === null)
    return failed(
      result('no worker to ask for'),
      'Mend `heartbeat_matched` first; claims come from a worker.',
    );
  const { view } = found;
  if (view.revoked_at !== null) {
    return failed(
      result(`refused, 403 WORKER_REVOKED: the key of worker ${view.name} was revoked at ${view.revoked_at}`),
      enrolAnew,
    );
  }
  if (view.capabilities === null) {
    return failed(
      result(`worker ${view.name} has not told yet what it can build`),
      'Wait for its first heartbeat; see `heartbeat_matched`.',
    );
  }
  if (answer === null) {
    return failed(
      result('this controller grants no claims'),
      'Ask a controller that has the work features loaded.',
    );
  }
  const blocks = answer.blocked_by.filter(({ code }) => !harmless.has(code));
  const words = answer.blocked_by.map(({ code, text }) => `${code}: ${text}`);
  const measured = [`would claim ${answer.would_claim}`, ...words].join('; ');
  const [first] = blocks;
  if (first === undefined) return passed(result(measured));
  return failed(result(measured), mends[first.code] ?? first.text.slice(0, 500));
}
