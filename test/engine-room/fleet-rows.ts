import { randomUUID } from 'node:crypto';
import {
  TestWorker,
  type ReachedController,
  type TestAnswer,
  type TestController,
  type TestDatabase,
} from '@ironwheel/testing';

const beatEveryMs = 5_000;

/** Workers that go on telling how they are, so that none falls silent while a browser is slow. */
export class BeatingWorkers {
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(private readonly controller: ReachedController) {}

  /** A worker that has just told how it is; `change` goes over its heartbeat. */
  async add(name: string, change: Readonly<Record<string, unknown>> = {}): Promise<TestWorker> {
    const worker = await TestWorker.enroll(this.controller, name);
    await this.keep(worker, change);
    return worker;
  }

  /** The same of a worker that is enrolled. */
  async keep(worker: TestWorker, change: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const answer = await beat(worker, change);
    if (answer.status !== 200) throw new Error(`the heartbeat was refused: ${JSON.stringify(answer.body)}`);
    // The last one may meet a controller that has stopped.
    this.#timers.push(setInterval(() => void beat(worker, change).catch(() => undefined), beatEveryMs));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

const beat = (worker: TestWorker, change: Readonly<Record<string, unknown>>): Promise<TestAnswer> =>
  worker.post('/api/workers/heartbeat', {
    version: '0.1.0',
    capabilities: {
      python_tags: ['cp312'],
      platform_tags: ['manylinux_2_28_s390x'],
      runner: 'podman',
      free_slots: 2,
    },
    slots: { total: 2, used: 0 },
    attempts: [],
    health: { ok: true, problems: [] },
    draining: false,
    spool: { bytes: 0, dropped_bytes: 0 },
    ...change,
  });

/** Many workers at once, by a statement of their own: for what a table takes. */
export async function addManyWorkers(
  { database }: { readonly database: Pick<TestDatabase, 'query'> },
  count: number,
): Promise<void> {
  const [first] = await database.query<{ id: string }>('SELECT id FROM workers LIMIT 1');
  if (first === undefined) throw new Error('there is no worker to copy');
  const columns = await database.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_name = 'workers' AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'name') ORDER BY ordinal_position`,
  );
  const rest = columns.map(({ name }) => `"${name}"`).join(', ');
  await database.query(
    `INSERT INTO workers (id, name, ${rest})
     SELECT 'wrk_' || overlay(gen_random_uuid()::text placing '7' from 15 for 1), 'many-' || n, ${rest}
     FROM workers, generate_series(1, $1::int) AS n WHERE workers.id = $2`,
    [count, first.id],
  );
}

/** An event of the history, as a worker in direct mode hands it in. */
export const newEvent = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  name: `package-${randomUUID().slice(0, 8)}`,
  version: '1.0',
  python_tag: 'cp312',
  platform_tag: 'manylinux_2_28_s390x',
  status: 'built',
  ...change,
});

/** Hands events in by a token of the role worker. */
export async function postEvents(
  controller: TestController,
  events: readonly Record<string, unknown>[],
): Promise<void> {
  const minted = await fetch(`${controller.url}/api/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${controller.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'direct', role: 'worker' }),
  });
  const { token } = (await minted.json()) as { token: string };
  const answer = await fetch(`${controller.url}/api/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  if (answer.status !== 201) throw new Error(`the events were refused: ${await answer.text()}`);
}
