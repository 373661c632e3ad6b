import type { BuildWheel, PlanNode, Recipes } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { PoolDirectory } from '../../fleet/index.ts';
import { AppError, newId, sideBySide } from '../../platform/index.ts';
import { QueueGateway } from '../queue/index.ts';
import { JobEdgesRepository } from './job-edges.repository.ts';
import { findCircle, keyText, listEdges, type JobEdge } from './job-edges.ts';
import type { JobRow } from './job.row.ts';
import { JobsRepository, type JobKey, type NewJob } from './jobs.repository.ts';
import { toOffer } from './settle-jobs.ts';

/** The parts of a plan node that make a job. */
export type WantedNode = Pick<PlanNode, 'name' | 'version' | 'python_tag' | 'platform_tag' | 'needs'> & {
  readonly source?: PlanNode['source'] | undefined;
  readonly recipes?: Recipes | undefined;
  /** Wheels with the controller that the build may need. */
  readonly buildWheels?: readonly BuildWheel[] | undefined;
};

export interface EnqueueRequest {
  /** Null: enqueued by hand, wanted by no run. */
  readonly runId: string | null;
  /** Undefined: the default one. */
  readonly pool: string | undefined;
  readonly priority: number;
  /** Build what was built before once more, as a new generation. */
  readonly rebuild: boolean;
  readonly nodes: readonly WantedNode[];
}

const emptyRecipes: Recipes = { apt: [], dnf: [], env: {} };

/**
 * Turns wanted wheels into jobs. A wheel that another run wants already is shared; one that was built is done,
 * unless a rebuild is asked for; one that failed, was cancelled or became unreachable is opened again.
 */
@Injectable()
export class EnqueueService {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly edges: JobEdgesRepository,
    private readonly queue: QueueGateway,
    private readonly pools: PoolDirectory,
  ) {}

  /** Throws POOL_NOT_FOUND, POOL_ARCHIVED, or PLAN_UNRESOLVABLE for jobs that would wait for each other. */
  async enqueue(tx: SqlExecutor, request: EnqueueRequest): Promise<{ jobIds: string[] }> {
    const wanted = new Map<string, WantedNode>();
    for (const node of request.nodes) {
      const normalized = { ...node, name: normalizeName(node.name) };
      wanted.set(keyText(normalized), normalized);
    }
    if (wanted.size === 0) {
      await this.pools.getOpen(tx, request.pool);
      return { jobIds: [] };
    }

    const keys = [...wanted.values()].map(toKey);
    // Postgres answers in this order: what is read is no older than the lock.
    const [pool, , newest, taken] = await sideBySide(
      this.pools.getOpen(tx, request.pool),
      this.jobs.lockEnqueue(tx),
      this.jobs.latest(tx, keys),
      this.jobs.takenGenerations(tx, keys),
    );
    const latest = new Map(newest.map((row) => [keyText(row), row]));
    const idByKey = new Map<string, string>();
    const succeeded = new Set<string>();
    const created: NewJob[] = [];
    const reopened: JobRow[] = [];
    const shared: JobRow[] = [];
    for (const [key, node] of wanted) {
      const row = latest.get(key);
      if (row === undefined || (row.state === 'succeeded' && request.rebuild)) {
        const last = Math.max(row?.generation ?? 0, taken.get(`${node.name} ${node.version}`) ?? 0);
        const job = this.#newJob(node, last + 1, pool, request.priority);
        created.push(job);
        idByKey.set(key, job.id);
      } else {
        idByKey.set(key, row.id);
        if (row.state === 'succeeded') succeeded.add(row.id);
        else if (row.state === 'failed' || row.state === 'cancelled' || row.state === 'unreachable')
          reopened.push(row);
        else shared.push(row);
      }
    }

    const edges = listEdges([...wanted.values()], idByKey);
    const blocked = new Set(
      edges.filter((edge) => !succeeded.has(edge.needs_job_id)).map((edge) => edge.job_id),
    );
    const stateOf = (id: string): 'blocked' | 'queued' => (blocked.has(id) ? 'blocked' : 'queued');

    const now = new Date();
    await sideBySide(
      this.jobs.insert(
        tx,
        created.map((job) => ({ ...job, state: stateOf(job.id) })),
      ),
      // What a job of before needed then may no longer be planned, and would hold it up for ever.
      this.edges.clear(
        tx,
        reopened.map((row) => row.id),
      ),
      this.edges.add(tx, edges),
      this.queue.offer(
        tx,
        created
          .filter((job) => !blocked.has(job.id))
          .map((job) => toOffer({ ...job, queued_at: now, adjustment: {} })),
      ),
    );
    await this.#checkCircle(tx, edges);
    await this.jobs.setBuildWheels(
      tx,
      reopened.map((row) => ({ id: row.id, build_wheels: wanted.get(keyText(row))?.buildWheels ?? [] })),
    );
    // It is built for who wants it now; the pool of before may be archived.
    await this.jobs.setPool(
      tx,
      reopened.map((row) => row.id),
      pool,
    );
    const ids = (rows: readonly JobRow[], state: 'blocked' | 'queued'): string[] =>
      rows.filter((row) => stateOf(row.id) === state).map((row) => row.id);
    await this.jobs.move(tx, ids(reopened, 'blocked'), 'blocked');
    await this.jobs.markRetried(
      tx,
      reopened.map((row) => row.id),
    );
    await this.jobs.keepAttempts(
      tx,
      [...reopened, ...shared].map((row) => row.id),
    );
    const requeued = await this.jobs.move(tx, ids(reopened, 'queued'), 'queued');
    await this.jobs.raisePriority(
      tx,
      [...reopened, ...shared].map((row) => row.id),
      request.priority,
    );

    const jobIds = [...idByKey.values()];
    if (request.runId !== null) await this.jobs.linkRun(tx, request.runId, jobIds);
    await this.queue.offer(
      tx,
      [...requeued, ...shared.filter((row) => row.state === 'queued')].map((row) =>
        toOffer({ ...row, priority: Math.max(row.priority, request.priority) }),
      ),
    );
    return { jobIds };
  }

  /** Two runs may each be without a circle, and wait for each other together. */
  async #checkCircle(tx: SqlExecutor, edges: readonly JobEdge[]): Promise<void> {
    if (edges.length === 0) return;
    const waiting = await this.edges.listBehind(tx, [...new Set(edges.map((edge) => edge.job_id))]);
    const circle = findCircle(waiting);
    if (circle === null) return;
    const rows = await this.jobs.listByIds(tx, circle);
    const names = circle.map((id) => {
      const row = rows.get(id);
      return row === undefined ? id : `${row.name} ${row.version}`;
    });
    throw new AppError(
      'PLAN_UNRESOLVABLE',
      `With what other runs build already, these would wait for each other: ${[...names, names[0]].join(' needs ')}. ` +
        'Wait for the other run or cancel it, or name one of them in only_binary.',
    );
  }

  #newJob(node: WantedNode, generation: number, pool: string, priority: number): NewJob {
    return {
      ...toKey(node),
      id: newId('job'),
      generation,
      state: 'queued',
      pool,
      priority,
      source: node.source ?? null,
      recipes: node.recipes ?? emptyRecipes,
      build_wheels: node.buildWheels ?? [],
    };
  }
}

const toKey = (node: JobKey): JobKey => ({
  name: node.name,
  version: node.version,
  python_tag: node.python_tag,
  platform_tag: node.platform_tag,
});
