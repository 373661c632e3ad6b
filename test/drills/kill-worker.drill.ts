import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Claim } from '@ironwheel/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './drill-process.ts';
import { DrillStage } from './drill-stage.ts';

/** Short times, so that the drill is over in a minute; the order of things is the same. */
const shortLeases = { CLAIM_LEASE_S: '6', CLAIM_GRACE_MIN_S: '3' };

let stage: DrillStage;
beforeEach(() => {
  stage = new DrillStage();
});
afterEach(() => stage.close());

/** The claim that a worker keeps beside its build, once the build step has begun. */
const claimInBuild = (state: string): Claim | null => {
  for (const directory of stage.attemptsOf(state)) {
    if (!existsSync(join(directory, 'work', 'out', 'build.jsonl'))) continue;
    return (JSON.parse(readFileSync(join(directory, 'attempt.json'), 'utf8')) as { claim: Claim }).claim;
  }
  return null;
};

const lateResult = (claim: Claim): unknown => ({
  fencing: claim.fencing,
  status: 'failed',
  phase: 'build',
  cause: 'package',
  exit_code: 1,
  error: { code: 'BUILD_FAILED', message: 'a late word', lines: [] },
  artifacts: [],
  phases: [],
  runner: 'stub',
  duration_s: 1,
  log: { bytes: 0, truncated: false, dropped_bytes: 0 },
});

const sendResult = async (claim: Claim): Promise<{ status: number; error: string }> => {
  const response = await fetch(`${stage.url}/api/attempts/${claim.attempt_id}/result`, {
    method: 'POST',
    headers: { authorization: `Bearer ${claim.attempt_token}`, 'content-type': 'application/json' },
    body: JSON.stringify(lateResult(claim)),
  });
  return { status: response.status, error: ((await response.json()) as { error: string }).error };
};

describe('kill -9 of a worker in the middle of a build', () => {
  it('the job is built by another claim, once, and the late result is refused', async () => {
    await stage.startController(shortLeases);
    const first = await stage.startWorker('first');
    const jobId = await stage.enqueueStub('lost-in-the-middle', 3000);
    const claim = await until(
      'the build step',
      () => claimInBuild(first.state),
      () => stage.tell(),
    );
    expect(claim.job.job_id).toBe(jobId);
    await first.process.kill();
    // The stub's steps live in the worker, so nothing of the build is left; only the controller still believes in it.
    expect((await stage.job(jobId)).attempts[0]).toMatchObject({
      attempt_id: claim.attempt_id,
      finished_at: null,
    });

    await stage.startWorker('second');
    const job = await until(
      'the job built by the second worker',
      async () => {
        const found = await stage.job(jobId);
        return found.state === 'succeeded' ? found : null;
      },
      () => stage.tell(),
    );
    const byNumber = job.attempts.toSorted((left, right) => left.number - right.number);
    expect(byNumber.map(({ state, worker_name }) => [worker_name, state])).toEqual([
      ['first', 'lost'],
      ['second', 'succeeded'],
    ]);
    expect(await sendResult(claim)).toEqual({ status: 409, error: 'LEASE_LOST' });
    const after = await stage.job(jobId);
    expect(after.state).toBe('succeeded');
    expect(after.attempts.find(({ attempt_id }) => attempt_id === claim.attempt_id)?.state).toBe('lost');
    expect(after.wheel).toBe(job.wheel);
  });

  it('a worker that comes back tells what was cut off, and the job is built once', async () => {
    await stage.startController(shortLeases);
    const first = await stage.startWorker('phoenix');
    const jobId = await stage.enqueueStub('cut-off', 3000);
    await until(
      'the build step',
      () => claimInBuild(first.state),
      () => stage.tell(),
    );
    await first.process.kill();

    await stage.startWorker('phoenix');
    const job = await until(
      'the job built again',
      async () => {
        const found = await stage.job(jobId);
        return found.state === 'succeeded' ? found : null;
      },
      () => stage.tell(),
    );
    expect(job.attempts.filter(({ state }) => state === 'succeeded')).toHaveLength(1);
    expect(job.attempts.filter(({ state }) => state === 'claimed' || state === 'running')).toEqual([]);
  });
});
