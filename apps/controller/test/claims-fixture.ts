import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { randomUUID } from 'node:crypto';
import {
  claimNextAnswerSchema,
  jobDetailSchema,
  queueItemSchema,
  renewAnswerSchema,
  type Claim,
  type RenewAnswer,
} from '@ironwheel/contracts';
import {
  callController,
  TestWorker,
  type TestAnswer,
  type TestController,
  type TestTarget,
} from '@ironwheel/testing';
import type { z } from 'zod';

export type JobDetail = z.output<typeof jobDetailSchema>;

let lanes = 300;

/** A lane of its own: jobs that other tests left behind, and whose leases end meanwhile, do not come its way. */
export class ClaimsFixture {
  readonly target: TestTarget = { python_tag: `cp${(lanes += 1)}`, platform_tag: 'linux_s390x' };

  constructor(readonly controller: TestController) {}

  operate(method: string, path: string, body?: unknown): Promise<TestAnswer> {
    return callController(this.controller, method, path, this.controller.adminToken, body);
  }

  async enqueue(name: string): Promise<string> {
    const body = { package: name, version: '1.0', ...this.target };
    return queueItemSchema.parse((await this.operate('POST', '/api/queue/enqueue', body)).body).job_id;
  }

  async job(id: string): Promise<JobDetail> {
    return jobDetailSchema.parse((await this.operate('GET', `/api/jobs/${id}`)).body);
  }

  worker(): Promise<TestWorker> {
    return TestWorker.enroll(this.controller);
  }

  ask(worker: TestWorker, more: Record<string, unknown> = {}): Promise<TestAnswer> {
    return worker.post(`/api/workers/${worker.id}/claim-next`, {
      capabilities: {
        python_tags: [this.target.python_tag],
        platform_tags: [this.target.platform_tag],
        runner: 'stub',
        free_slots: 4,
      },
      claim_key: randomUUID(),
      ...more,
    });
  }

  /** The claims of an answer; none for 204. */
  async claims(worker: TestWorker, more: Record<string, unknown> = {}): Promise<Claim[]> {
    const answer = await this.ask(worker, more);
    return answer.status === 204 ? [] : claimNextAnswerSchema.parse(answer.body).claims;
  }

  /** Throws when there is nothing to claim. */
  async claim(worker: TestWorker, more: Record<string, unknown> = {}): Promise<Claim> {
    const [claim] = await this.claims(worker, more);
    if (claim === undefined) throw new Error('there was nothing to claim');
    return claim;
  }

  askRenewal(worker: TestWorker, claim: Claim): Promise<TestAnswer> {
    return worker.post(`/api/attempts/${claim.attempt_id}/renew`, { fencing: claim.fencing, phase: 'build' });
  }

  async renew(worker: TestWorker, claim: Claim): Promise<RenewAnswer> {
    return renewAnswerSchema.parse((await this.askRenewal(worker, claim)).body);
  }

  report(claim: Claim, more: Record<string, unknown>): Promise<TestAnswer> {
    const path = `/api/attempts/${claim.attempt_id}/result`;
    return callController(this.controller, 'POST', path, claim.attempt_token, {
      fencing: claim.fencing,
      status: 'failed',
      phase: 'build',
      artifacts: [],
      phases: [],
      runner: 'stub',
      duration_s: 3,
      log: { bytes: 0, truncated: false, dropped_bytes: 0 },
      ...more,
    });
  }
}

/** Sessions of the database that wait for a lock. */
export async function countWaiting(database: SqlExecutor): Promise<number> {
  const rows = await database.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length;
}

/** Waits for a condition, asking again and again. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
