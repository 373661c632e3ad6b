import type { Claim } from '@ironwheel/contracts';
import { createSampleWheel, type TestController, type TestWorker } from '@ironwheel/testing';
import { ClaimsFixture } from './claims-fixture.ts';
import { KnownWork, type History, type HistoryStep } from './claim-history.ts';
import {
  ClaimMachine,
  times,
  type GivenResult,
  type MachineAttempt,
  type MachineJob,
} from './claim-machine.ts';

/** Settings of a controller whose times are the machine's. */
export const machineTimes = {
  CLAIM_LEASE_S: String(times.leaseMs / 1000),
  CLAIM_GRACE_MIN_S: String(times.graceMinMs / 1000),
  CLAIM_GRACE_MAX_S: String(times.graceMaxMs / 1000),
};

interface RealJob {
  readonly id: string;
  readonly name: string;
}

/** So often the rows are looked at before they count as different. */
const looksBeforeDifferent = 20;

let made = 0;

/** Versions of glibc that a lane may name for each Python; an upload for one that is too high to be true is refused. */
const glibcOfPython = 150;

/** A lane for each history: what is left of others does not come its way. */
class HistoryFixture extends ClaimsFixture {
  override readonly target = {
    python_tag: `cp3${12 + Math.floor(made / glibcOfPython)}`,
    platform_tag: `manylinux_2_${17 + (made % glibcOfPython)}_s390x`,
  };
}

/**
 * Runs a history at once through the machine and through a controller with its Postgres, and throws where they differ. Time
 * passes by moving what is written down into the past, and right after it the controller looks after leases and waits, as
 * it does each second: so nothing depends on when it does.
 */
export class RealClaims {
  readonly #machine: ClaimMachine;
  readonly #known = new KnownWork();
  readonly #claims = new Map<number, Claim>();
  readonly #sent = new Map<number, string>();

  private constructor(
    private readonly controller: TestController,
    private readonly at: ClaimsFixture,
    private readonly workers: readonly TestWorker[],
    private readonly jobs: readonly RealJob[],
    private readonly prefix: string,
    private readonly lookAfter: () => Promise<void>,
  ) {
    this.#machine = new ClaimMachine(jobs.length);
  }

  /** `lookAfter` does what the controller does each second: reap leases, release waits. */
  static async compare(
    controller: TestController,
    workers: readonly TestWorker[],
    lookAfter: () => Promise<void>,
    history: History,
  ): Promise<void> {
    made += 1;
    const at = new HistoryFixture(controller);
    const jobs: RealJob[] = [];
    for (let index = 0; index < history.jobs; index += 1) {
      const name = `history-${made}-${index}`;
      jobs.push({ name, id: await at.enqueue(name) });
    }
    const real = new RealClaims(
      controller,
      at,
      workers.slice(0, history.workers),
      jobs,
      `history-${made}`,
      lookAfter,
    );
    for (const [index, step] of history.steps.entries()) {
      const where = `step ${index} (${JSON.stringify(step)})`;
      await real.#takeStep(step, where);
      await real.#settleRows(where);
    }
  }

  async #takeStep(step: HistoryStep, where: string): Promise<void> {
    const machine = this.#machine;
    switch (step.kind) {
      case 'claim':
      case 'claim-again': {
        const index = step.worker % this.workers.length;
        const isFresh = step.kind === 'claim';
        const key = isFresh ? this.#known.freshKey(index) : this.#known.lastKey(index);
        await this.#claim(index, key, !isFresh || step.isHeard, where);
        return;
      }
      case 'renew': {
        const attempt = this.#choose(step.attempt);
        if (attempt === null) return;
        const { status, body } = await this.at.askRenewal(this.#workerOf(attempt), this.#claimOf(attempt));
        expectSame(status === 200 ? 'renewed' : body.error, machine.renew(attempt), where);
        return;
      }
      case 'report': {
        const attempt = this.#choose(step.attempt);
        for (let time = 0; attempt !== null && time < step.times; time += 1)
          await this.#report(attempt, step.result, where);
        return;
      }
      case 'crash':
        this.#known.forget(step.worker % this.workers.length);
        return;
      case 'pass':
        machine.now += step.ms;
        await this.#pass(step.ms);
        await this.#look();
        return;
      case 'reap':
      case 'release':
        await this.#look();
        return;
      case 'cancel': {
        const job = machine.jobs[step.job % machine.jobs.length];
        if (job === undefined) return;
        const { status, body } = await this.at.operate('POST', `/api/jobs/${this.#jobOf(job).id}/cancel`, {});
        expectSame(status < 300 ? 'cancelled' : body.error, machine.cancel(job), where);
      }
    }
  }

  async #claim(worker: number, key: string, isHeard: boolean, where: string): Promise<void> {
    const attempt = this.#machine.claim(worker, key);
    const [claim] = await this.at.claims(this.#worker(worker), { claim_key: `${this.prefix}-${key}` });
    expectSame(
      claim?.job.job_id ?? 'nothing',
      attempt === null ? 'nothing' : this.#jobOf(attempt.job).id,
      where,
    );
    if (attempt === null || claim === undefined) return;
    const before = this.#claims.get(attempt.fencing);
    if (before !== undefined) expectSame(claim.attempt_id, before.attempt_id, where);
    for (const [fencing, other] of this.#claims)
      if (fencing < attempt.fencing && other.fencing >= claim.fencing)
        throw new Error(`${where}: fencing went from ${other.fencing} to ${claim.fencing}`);
    this.#claims.set(attempt.fencing, claim);
    if (isHeard) this.#known.learn(worker, attempt.fencing);
  }

  async #report(attempt: MachineAttempt, given: GivenResult, where: string): Promise<void> {
    const claim = this.#claimOf(attempt);
    const worker = this.#workerOf(attempt);
    const isLive = attempt.state === 'live';
    const wheel = createSampleWheel({ name: this.#jobOf(attempt.job).name, version: '1.0' });
    if (given.status === 'succeeded' && isLive) {
      const uploaded = await worker.upload(claim, wheel);
      if (uploaded.status !== 200 && uploaded.body.error !== 'LEASE_LOST')
        throw new Error(`${where}: the upload was refused: ${JSON.stringify(uploaded.body)}`);
    }
    const error =
      given.errorCode === null ? null : { code: given.errorCode, message: 'It did not go well.', lines: [] };
    const { status, body } = await this.at.report(claim, {
      status: given.status,
      error,
      artifacts:
        given.status === 'succeeded'
          ? [{ filename: wheel.filename, sha256: wheel.sha256, size: wheel.bytes.length }]
          : [],
    });
    const expected = this.#machine.report(attempt, given);
    const decision = body['decision'] as { readonly action: string } | undefined;
    const answer = JSON.stringify(body);
    if (status === 200 && expected === 'again')
      expectSame(answer, this.#sent.get(attempt.fencing) ?? '', where);
    else expectSame(status === 200 ? (decision?.action ?? '') : body.error, expected, where);
    if (status === 200) this.#sent.set(attempt.fencing, answer);
  }

  async #pass(ms: number): Promise<void> {
    const span = `make_interval(secs => ${ms / 1000})`;
    const ids = this.jobs.map(({ id }) => id);
    await this.controller.database.query(
      `WITH moved AS (UPDATE jobs SET not_before = not_before - ${span} WHERE id = ANY ($1))
       UPDATE attempts SET lease_expires_at = lease_expires_at - ${span}, claimed_at = claimed_at - ${span},
         finished_at = finished_at - ${span} WHERE job_id = ANY ($1)`,
      [ids],
    );
  }

  /** What the controller does each second, and that no worker is put in quarantine, of which the machine knows nothing. */
  async #look(): Promise<void> {
    await this.lookAfter();
    this.#machine.reap();
    this.#machine.release();
  }

  /** The controller's own look, once a second, may hold for a moment what a look of the test passes over. */
  async #settleRows(where: string): Promise<void> {
    for (let left = looksBeforeDifferent; ; left -= 1) {
      try {
        await this.#compareRows(where);
        return;
      } catch (error) {
        if (left === 0) throw error;
        await this.lookAfter();
      }
    }
  }

  async #compareRows(where: string): Promise<void> {
    const { database } = this.controller;
    await database.query(
      'UPDATE workers SET quarantined_at = NULL, quarantine_kind = NULL, quarantine_until = NULL, judged_from = now()',
    );
    const jobs = await database.query<{
      id: string;
      state: string;
      is_open: boolean;
      is_offered: boolean;
      wait_ms: number | null;
    }>(
      `SELECT id, state, finished_at IS NULL AS is_open, extract(epoch FROM not_before - now())::float8 * 1000 AS wait_ms,
         EXISTS (SELECT 1 FROM queue_items WHERE job_id = jobs.id) AS is_offered
       FROM jobs WHERE id = ANY ($1)`,
      [this.jobs.map(({ id }) => id)],
    );
    for (const job of this.#machine.jobs) {
      const row = jobs.find(({ id }) => id === this.#jobOf(job).id);
      expectSame(row?.state ?? 'gone', job.state, `${where}, job ${job.index}`);
      // How long a wait is has a part of chance.
      if (job.state === 'waiting' && row !== undefined && row.wait_ms !== null)
        job.notBefore = this.#machine.now + row.wait_ms;
      const isEnded = /succeeded|failed|cancelled/.test(job.state);
      expectSame(String(row?.is_open), String(!isEnded), `${where}, job ${job.index} has no end`);
      expectSame(
        String(row?.is_offered),
        String(job.state === 'queued'),
        `${where}, job ${job.index} is in the queue`,
      );
    }
    const attempts = await database.query<{ id: string; state: string }>(
      'SELECT id, state FROM attempts WHERE job_id = ANY ($1)',
      [this.jobs.map(({ id }) => id)],
    );
    expectSame(String(attempts.length), String(this.#machine.attempts.length), `${where}, attempts`);
    for (const attempt of this.#machine.attempts) {
      const row = attempts.find(({ id }) => id === this.#claimOf(attempt).attempt_id);
      const state = row?.state === 'claimed' || row?.state === 'running' ? 'live' : (row?.state ?? 'gone');
      expectSame(state, attempt.state, `${where}, attempt ${attempt.fencing}`);
    }
  }

  #choose(number: number): MachineAttempt | null {
    const fencing = this.#known.choose(number);
    return fencing === null ? null : (this.#machine.attempts[fencing - 1] ?? null);
  }

  #worker(index: number): TestWorker {
    const worker = this.workers[index];
    if (worker === undefined) throw new Error('no such worker');
    return worker;
  }

  #workerOf(attempt: MachineAttempt): TestWorker {
    return this.#worker(attempt.worker);
  }

  #claimOf(attempt: MachineAttempt): Claim {
    const claim = this.#claims.get(attempt.fencing);
    if (claim === undefined) throw new Error('an attempt without a claim');
    return claim;
  }

  #jobOf(job: MachineJob): RealJob {
    const real = this.jobs[job.index];
    if (real === undefined) throw new Error('no such job');
    return real;
  }
}

function expectSame(real: string, machine: string, where: string): void {
  if (real !== machine) throw new Error(`${where}: the controller says ${real}, the machine ${machine}`);
}
