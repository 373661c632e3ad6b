import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createLogger } from '@ironwheel/logging';
import { createTestDirectory, removeTestDirectory } from '@ironwheel/testing';
import pg from 'pg';
import { EmbeddedPostgres } from '../../apps/controller/src/platform/database/embedded/embedded-postgres.ts';
import { DrillProcess, until } from '../drills/drill-process.ts';
import { DrillStage } from '../drills/drill-stage.ts';

export const jobsOfDrill = 10_000;
const takers = 4;
const backendKills = 5;
const takerKills = 10;
const runs = 10;
const jobsOfRun = jobsOfDrill / runs;

/** What a drill kills and starts again, beside its workers. */
export interface DrilledBackend {
  /** Environment of the controller. */
  readonly env: Readonly<Record<string, string>>;
  /** `kill -9`, a pause, and up again. */
  killAndRestart(drill: FaultDrill): Promise<void>;
  close(): Promise<void>;
}

export interface DrillOutcome {
  readonly seconds: number;
  readonly jobs: number;
  readonly ended: number;
  /** Attempts with an accepted result, and jobs with more than one. */
  readonly results: number;
  readonly doubled: number;
  /** Attempts whose worker or backend died. */
  readonly lost: number;
  readonly stillQueued: number;
  readonly backendKills: number;
  readonly takerKills: number;
  /** What the comparisons with Postgres put right, as the metric tells since the last start of the controller. */
  readonly mended: string;
}

/**
 * 10,000 jobs, four workers as processes of their own, the backend killed and restarted five times and workers killed ten
 * times, at random moments while jobs come in and are worked off. The record is a Postgres of the drill's own.
 */
export class FaultDrill {
  readonly stage = new DrillStage();
  readonly #record = createTestDirectory('drill-record');
  #postgres: EmbeddedPostgres | null = null;
  #pool: pg.Pool | null = null;
  readonly #workers: { readonly env: Record<string, string>; process: DrillProcess | null }[] = [];

  /** Process id of the drill's Postgres, which starts itself again when it was killed. */
  get postgresPid(): number {
    return this.#postgres?.pid ?? 0;
  }

  async run(backend: DrilledBackend): Promise<DrillOutcome> {
    await this.#startAll(backend);
    const startedAt = performance.now();
    const enqueuing = this.#enqueueAll();
    await this.#injectFaults(backend);
    await enqueuing;
    await until(
      'the end of all jobs',
      async () => (await this.#countEnded()) === jobsOfDrill,
      () => this.stage.tell(),
    );
    return this.#sumUp(Math.round((performance.now() - startedAt) / 1000));
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) await worker.process?.kill();
    await this.#pool?.end();
    await this.stage.close();
    await this.#postgres?.stop();
    removeTestDirectory(this.#record);
  }

  async #startAll(backend: DrilledBackend): Promise<void> {
    this.#postgres = await EmbeddedPostgres.start({
      dataDirectory: this.#record,
      logger: createLogger({ service: 'test', level: 'silent', pretty: false }),
      database: 'drill',
    });
    const { host, user, password, database } = this.#postgres.connection;
    this.#pool = new pg.Pool({ host, user, password, database, max: 2 });
    // It may be what is killed.
    this.#pool.on('error', () => undefined);
    const place = encodeURIComponent(host);
    await this.stage.startController({
      DATABASE_URL: `postgres://${user}:${encodeURIComponent(password)}@localhost/${database}?host=${place}`,
      CLAIM_LEASE_S: '4',
      CLAIM_GRACE_MIN_S: '1',
      CLAIM_GRACE_MAX_S: '1',
      QUEUE_RECONCILE_S: '5',
      ...backend.env,
    });
    for (let index = 0; index < takers; index += 1) await this.#startTaker(index);
  }

  async #startTaker(index: number): Promise<void> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const { body: minted } = await this.stage.post<{ token: string }>('/api/tokens', {
      name: 'enrolment',
      role: 'worker',
    });
    const { body: enrolled } = await this.stage.post<{ worker_id: string }>('/api/agent/enroll', {
      enrollment_token: minted.token,
      name: `taker-${index}`,
      public_key: publicKey.export({ type: 'spki', format: 'pem' }),
      machine_id: null,
      hostname: 'drill',
      version: '0.1.0',
    });
    const env = {
      URL: this.stage.url,
      WORKER_ID: enrolled.worker_id,
      PRIVATE_KEY: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    };
    this.#workers.push({ env, process: this.#spawnTaker(index, env) });
  }

  #spawnTaker(index: number, env: Readonly<Record<string, string>>): DrillProcess {
    const started = new DrillProcess(`taker-${index}`, [join(import.meta.dirname, 'stub-taker.ts')], env);
    this.stage.processes.push(started);
    return started;
  }

  /** Half of the jobs lie in the queue when the first fault comes; the others come in one run after the other. */
  async #enqueueAll(): Promise<void> {
    for (let run = 0; run < runs; run += 1) {
      const isTime = async (): Promise<boolean> => (await this.#countEnded()) >= (run - runs / 2) * jobsOfRun;
      await until(`time for run ${run}`, isTime, () => this.stage.tell());
      await this.#enqueueRun(run);
    }
  }

  async #enqueueRun(run: number): Promise<void> {
    const runId = `run_00000000-0000-7000-8000-${String(run).padStart(12, '0')}`;
    const plan = Array.from({ length: jobsOfRun }, (_, index) => ({
      name: `drilled-${run * jobsOfRun + index}`,
      version: '1.0',
      python_version: '3.12',
      python_tag: 'cp312',
      platform_tag: 'linux_s390x',
      action: 'build',
    }));
    // Not acknowledged: it is asked for again, and finds what there may be.
    while (!(await this.#isTaken('/api/plan', { run_id: runId, plan }))) await pause(200);
    while (!(await this.#isTaken(`/api/plans/${runId}/enqueue`, {}))) await pause(200);
  }

  async #isTaken(path: string, body: unknown): Promise<boolean> {
    const answer = await this.stage.call('POST', path, body).catch(() => null);
    if (answer === null || answer.status >= 500) return false;
    if (answer.status === 409 || answer.status < 300) return true;
    throw new Error(`POST ${path} was refused: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** Spread over the run by how many jobs have ended: every 15th part of the first nine tenths has one, at random. */
  async #injectFaults(backend: DrilledBackend): Promise<void> {
    const faults = [
      ...Array.from({ length: backendKills }, () => 'backend' as const),
      ...Array.from({ length: takerKills }, () => 'taker' as const),
    ];
    const share = (0.9 * jobsOfDrill) / faults.length;
    for (let part = 0; faults.length > 0; part += 1) {
      const [fault] = faults.splice(Math.floor(Math.random() * faults.length), 1);
      const moment = Math.floor((part + Math.random()) * share);
      await until(
        `${moment} ended jobs`,
        async () => (await this.#countEnded()) >= moment,
        () => this.stage.tell(),
      );
      if (fault === 'backend') await backend.killAndRestart(this);
      else await this.#killTaker(Math.floor(Math.random() * takers));
    }
  }

  async #killTaker(index: number): Promise<void> {
    const worker = this.#workers[index];
    if (worker === undefined) return;
    await worker.process?.kill();
    worker.process = this.#spawnTaker(index, worker.env);
  }

  async #query<Row extends object>(text: string): Promise<Row[] | null> {
    try {
      return (await this.#pool?.query<Row & pg.QueryResultRow>(text))?.rows ?? null;
    } catch (error) {
      if (error instanceof Error) return null;
      throw error;
    }
  }

  async #countEnded(): Promise<number> {
    const rows = await this.#query<{ count: string }>(
      `SELECT count(*) FROM jobs WHERE state NOT IN ('blocked', 'queued', 'claimed', 'running', 'waiting')`,
    );
    return Number(rows?.[0]?.count ?? -1);
  }

  async #sumUp(seconds: number): Promise<DrillOutcome> {
    const [row] =
      (await this.#query<Record<string, string>>(
        `SELECT count(*) AS jobs, count(*) FILTER (WHERE state = 'failed') AS ended,
           (SELECT count(*) FROM attempts WHERE state IN ('succeeded', 'failed')) AS results,
           (SELECT count(*) FROM (SELECT 1 FROM attempts WHERE state IN ('succeeded', 'failed')
              GROUP BY job_id HAVING count(*) > 1) AS twice) AS doubled,
           (SELECT count(*) FROM attempts WHERE state = 'lost') AS lost FROM jobs`,
      )) ?? [];
    const stillQueued = await until(
      'an empty queue',
      async () => {
        const answer = await this.stage
          .call<{ length?: number }>('GET', '/api/queue/stats')
          .catch(() => null);
        return answer?.body.length === 0 ? { length: 0 } : null;
      },
      () => this.stage.tell(),
    );
    const metrics = await this.#readMetrics();
    return {
      seconds,
      jobs: Number(row?.['jobs']),
      ended: Number(row?.['ended']),
      results: Number(row?.['results']),
      doubled: Number(row?.['doubled']),
      lost: Number(row?.['lost']),
      stillQueued: stillQueued.length,
      backendKills,
      takerKills,
      mended: [...metrics.matchAll(/queue_mended_total\{kind="(\w+)"\} (\d+)/g)]
        .map(([, kind, count]) => `${kind} ${count}`)
        .join(', '),
    };
  }

  async #readMetrics(): Promise<string> {
    const token = readFileSync(join(this.stage.dataDirectory, 'admin-token'), 'utf8').trim();
    const answer = await fetch(`${this.stage.url}/metrics`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return answer.text();
  }
}
