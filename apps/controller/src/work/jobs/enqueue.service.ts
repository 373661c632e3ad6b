import type { PlanNode, Recipes } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/index.ts';
import { QueueGateway } from '../queue/index.ts';
import type { JobRow } from './job.row.ts';
import { JobsRepository, type JobKey, type NewJob } from './jobs.repository.ts';
import { toOffer } from './settle-jobs.ts';

/** The parts of a plan node that make a job. */
export type WantedNode = Pick<PlanNode, 'name' | 'version' | 'python_tag' | 'platform_tag' | 'needs'> & {
  readonly source?: PlanNode['source'] | undefined;
  readonly recipes?: Recipes | undefined;
};

export interface EnqueueRequest {
  /** Null: enqueued by hand, wanted by no run. */
  readonly runId: string | null;
  readonly pool: string;
  readonly priority: number;
  /** Build what was built before once more, as a new generation. */
  readonly rebuild: boolean;
  readonly nodes: readonly WantedNode[];
}

const emptyRecipes: Recipes = { apt: [], dnf: [], env: {} };
const keyText = (key: JobKey): string => `${key.name} ${key.version} ${key.python_tag} ${key.platform_tag}`;
const blocks = (kind: string): boolean => kind !== 'install';

/**
 * Turns wanted wheels into jobs. A wheel that another run wants already is shared; one that was built is done,
 * unless a rebuild is asked for; one that failed, was cancelled or became unreachable is opened again.
 */
@Injectable()
export class EnqueueService {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly queue: QueueGateway,
  ) {}

  async enqueue(tx: SqlExecutor, request: EnqueueRequest): Promise<{ jobIds: string[] }> {
    const wanted = new Map<string, WantedNode>();
    for (const node of request.nodes) {
      const normalized = { ...node, name: normalizeName(node.name) };
      wanted.set(keyText(normalized), normalized);
    }
    if (wanted.size === 0) return { jobIds: [] };

    await this.jobs.lockEnqueue(tx);
    const latest = new Map(
      (await this.jobs.latest(tx, [...wanted.values()].map(toKey))).map((row) => [keyText(row), row]),
    );
    const idByKey = new Map<string, string>();
    const taken = await this.jobs.takenGenerations(tx, [...wanted.values()].map(toKey));
    const idByName = new Map<string, string>();
    const succeeded = new Set<string>();
    const created: NewJob[] = [];
    const reopened: JobRow[] = [];
    const shared: JobRow[] = [];
    for (const [key, node] of wanted) {
      const row = latest.get(key);
      if (row === undefined || (row.state === 'succeeded' && request.rebuild)) {
        const last = Math.max(row?.generation ?? 0, taken.get(`${node.name} ${node.version}`) ?? 0);
        const job = this.#newJob(node, last + 1, request);
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

    for (const [key, node] of wanted) idByName.set(node.name, idByKey.get(key) ?? '');
    const edges = [...wanted].flatMap(([key, node]) =>
      node.needs.flatMap((need) => {
        const needed = idByName.get(normalizeName(need.name));
        const id = idByKey.get(key);
        const edge = needed !== undefined && id !== undefined && needed !== id && blocks(need.kind);
        return edge ? [{ job_id: id, needs_job_id: needed, kind: need.kind }] : [];
      }),
    );
    const blocked = new Set(
      edges.filter((edge) => !succeeded.has(edge.needs_job_id)).map((edge) => edge.job_id),
    );
    const stateOf = (id: string): 'blocked' | 'queued' => (blocked.has(id) ? 'blocked' : 'queued');

    await this.jobs.insert(
      tx,
      created.map((job) => ({ ...job, state: stateOf(job.id) })),
    );
    await this.jobs.addEdges(tx, edges);
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
    const now = Date.now();
    await this.queue.offer(tx, [
      ...created
        .filter((job) => !blocked.has(job.id))
        .map((job) => toOffer({ ...job, id: job.id, queued_at: new Date(now) })),
      ...[...requeued, ...shared.filter((row) => row.state === 'queued')].map((row) =>
        toOffer({ ...row, priority: Math.max(row.priority, request.priority) }),
      ),
    ]);
    return { jobIds };
  }

  #newJob(node: WantedNode, generation: number, request: EnqueueRequest): NewJob {
    return {
      ...toKey(node),
      id: newId('job'),
      generation,
      state: 'queued',
      pool: request.pool,
      priority: request.priority,
      source: node.source ?? null,
      recipes: node.recipes ?? emptyRecipes,
    };
  }
}

const toKey = (node: JobKey): JobKey => ({
  name: node.name,
  version: node.version,
  python_tag: node.python_tag,
  platform_tag: node.platform_tag,
});
