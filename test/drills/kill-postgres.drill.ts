import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './drill-process.ts';
import { DrillStage } from './drill-stage.ts';

let stage: DrillStage;
beforeEach(() => {
  stage = new DrillStage();
});
afterEach(() => stage.close());

/** Kills exactly the process that the lock file of this drill's own cluster names. */
const killPostgres = async (): Promise<void> => {
  const pid = await until(
    'a running Postgres',
    () => stage.postgresPid(),
    () => stage.tell(),
  );
  process.kill(pid, 'SIGKILL');
};

/** Writes without a pause, and notes what was acknowledged and every refusal. */
class Writer {
  readonly acknowledged: string[] = [];
  readonly refusals = new Set<number | string>();
  #isStopped = false;
  readonly #done: Promise<void>;

  constructor() {
    this.#done = this.#write();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #write(): Promise<void> {
    for (let at = 0; !this.#isStopped; at += 1) {
      const answer = await stage
        .call<{ job_id: string; error?: string }>('POST', '/api/queue/enqueue', {
          package: `kept-${at}`,
          version: '1.0',
          python_tag: 'cp312',
          platform_tag: 'linux_x86_64',
        })
        .catch((error: unknown) => (error instanceof Error ? error.name : 'unknown'));
      if (typeof answer === 'string') this.refusals.add(answer);
      else if (answer.status < 300) this.acknowledged.push(answer.body.job_id);
      else this.refusals.add(`${answer.status} ${answer.body.error ?? ''}`);
    }
  }
}

const missingOf = async (jobIds: readonly string[]): Promise<string[]> => {
  const missing: string[] = [];
  for (const jobId of jobIds) {
    if ((await stage.call('GET', `/api/jobs/${jobId}`)).status !== 200) missing.push(jobId);
  }
  return missing;
};

describe('kill -9 of the embedded Postgres', () => {
  it('the controller says so and recovers, refuses with a clear word meanwhile, and no acknowledged write is gone', async () => {
    const controller = await stage.startController();
    const writer = new Writer();
    await until(
      'some writes',
      () => writer.acknowledged.length >= 50,
      () => stage.tell(),
    );
    await killPostgres();
    await until(
      'the word of the controller',
      () => controller.says('ended by itself and is started again'),
      () => stage.tell(),
    );
    const atRecovery = await until(
      'the recovery',
      () => controller.says('runs again after crash recovery') && writer.acknowledged.length,
      () => stage.tell(),
    );
    await until(
      'writes after the recovery',
      () => writer.acknowledged.length >= atRecovery + 50,
      () => stage.tell(),
    );
    await writer.stop();

    expect([...writer.refusals].filter((refusal) => refusal !== '503 SERVICE_UNAVAILABLE')).toEqual([]);
    expect(controller.isRunning).toBe(true);
    expect(await missingOf(writer.acknowledged)).toEqual([]);
  });

  it('a worker’s build goes through it and is accepted once', async () => {
    await stage.startController();
    await stage.startWorker('steady');
    const jobId = await stage.enqueueStub('through-the-crash', 2500);
    await until(
      'the attempt',
      async () => ['claimed', 'running'].includes((await stage.job(jobId)).state),
      () => stage.tell(),
    );
    await killPostgres();
    const job = await until(
      'the end of the build',
      async () => {
        const answer = await stage.call<{ state: string }>('GET', `/api/jobs/${jobId}`);
        return answer.status === 200 && answer.body.state === 'succeeded' ? stage.job(jobId) : null;
      },
      () => stage.tell(),
    );
    expect(job.attempts.map(({ state }) => state)).toEqual(['succeeded']);
  });

  it('when it dies again and again the controller stops with its last words, and a new start has everything', async () => {
    const controller = await stage.startController();
    const jobId = await stage.enqueueStub('kept-through-all', 10);
    let killed: number | null = null;
    await until(
      'the end of the controller',
      () => {
        if (!controller.isRunning) return true;
        const pid = stage.postgresPid();
        // A cluster that is just starting has a lock file, too: it is killed as soon as it is another process.
        if (pid !== null && pid !== killed) {
          try {
            process.kill(pid, 'SIGKILL');
            killed = pid;
          } catch (error) {
            if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
          }
        }
        return false;
      },
      () => stage.tell(),
    );
    expect((await controller.ended).code).toBe(3);
    expect(controller.says('is not started again')).toBe(true);

    await stage.startController();
    expect((await stage.job(jobId)).state).toBe('queued');
  });
});
