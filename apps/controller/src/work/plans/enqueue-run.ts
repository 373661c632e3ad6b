import { Injectable } from '@nestjs/common';
import { planNodeSchema, type PlanNode } from '@ironwheel/contracts';
import { findVersion } from '@ironwheel/packaging';
import { AppError, Database, type SqlExecutor } from '../../platform/index.ts';
import { ArtifactsService } from '../artifacts/index.ts';
import { EventsRepository, type NewEvent } from '../history/index.ts';
import { ReadInputWheels, type WantedInputWheel } from '../inputs/index.ts';
import { EnqueueService, type WantedNode } from '../jobs/index.ts';
import { listBuildNeeds } from './build-needs.ts';
import { isPlanDocument, type PlanRow } from './plan.row.ts';
import { PlansRepository } from './plans.repository.ts';

const wantedSchema = planNodeSchema.pick({
  name: true,
  version: true,
  python_tag: true,
  platform_tag: true,
});

/**
 * Turns a plan into jobs, once: the jobs, the wheels that were handed in and are served from now on, the run's state
 * and the verdicts in the history are one transaction. A second call changes nothing.
 */
@Injectable()
export class EnqueueRun {
  constructor(
    private readonly database: Database,
    private readonly plans: PlansRepository,
    private readonly jobs: EnqueueService,
    private readonly events: EventsRepository,
    private readonly inputWheels: ReadInputWheels,
    private readonly artifacts: ArtifactsService,
  ) {}

  /**
   * Throws PLAN_NOT_FOUND, RUN_CANCELLED, PLAN_UNRESOLVABLE (a snapshot with nodes that cannot be built),
   * ARTIFACT_NAME_TAKEN (other bytes are served under the name of a wheel that was handed in), INPUT_NOT_FOUND,
   * POOL_ARCHIVED.
   */
  async enqueue(runId: string): Promise<void> {
    // Read before the transaction, which is not to wait for files. A plan with nodes never changes.
    const wheels = await this.#readInputWheels(runId);
    await this.database.transaction(async (tx) => {
      const plan = await this.plans.lock(tx, runId);
      if (plan === undefined) throw planNotFound(runId);
      if (plan.state === 'cancelled') {
        throw new AppError('RUN_CANCELLED', 'The run was cancelled; make a new plan.');
      }
      if (plan.state !== 'planned') return;
      await this.plans.markEnqueued(tx, runId);
      await this.jobs.enqueue(tx, {
        runId,
        pool: plan.pool,
        priority: plan.priority,
        rebuild: plan.rebuild,
        nodes: listWanted(plan),
      });
      await this.artifacts.acceptInputs(tx, wheels);
      await this.#record(tx, plan);
      await this.plans.finishIfDone(tx, runId);
    });
  }

  async #readInputWheels(runId: string): Promise<Awaited<ReturnType<ReadInputWheels['read']>>> {
    const plan = await this.plans.find(runId);
    if (plan === undefined || plan.state !== 'planned' || !isPlanDocument(plan.document)) return [];
    return this.inputWheels.read(plan.document.nodes.flatMap(toWantedInputWheel));
  }

  async #record(tx: SqlExecutor, plan: PlanRow): Promise<void> {
    const { document } = plan;
    if (!isPlanDocument(document)) return;
    await this.events.record(
      tx,
      document.nodes.flatMap((node) => toVerdictEvent(plan.run_id, node)),
    );
  }
}

function toWantedInputWheel({ verdict, source, ...node }: PlanNode): WantedInputWheel[] {
  if (verdict !== 'reuse' || source?.origin !== 'input' || source.sha256 === null) return [];
  const { filename, sha256 } = source;
  return [{ filename, sha256, pythonTag: node.python_tag, platformTag: node.platform_tag }];
}

const verdictStatus = { reuse: 'reused', missing: 'missing' } as const;

function toVerdictEvent(runId: string, node: PlanNode): NewEvent[] {
  if (node.verdict !== 'reuse' && node.verdict !== 'missing') return [];
  return [
    {
      runId,
      name: node.name,
      version: node.version,
      pythonTag: node.python_tag,
      platformTag: node.platform_tag,
      status: verdictStatus[node.verdict],
      detail: node.reason.text,
      metadata: {
        code: node.reason.code,
        ...(node.source === undefined
          ? {}
          : { origin: node.source.origin, wheel: node.source.filename, sha256: node.source.sha256 }),
      },
    },
  ];
}

/** The nodes to build. A snapshot's are checked: it was written by another program. */
function listWanted({ document }: PlanRow): WantedNode[] {
  if (isPlanDocument(document)) {
    return [...listBuildNeeds(document.nodes)].map(([node, needs]) => ({ ...node, ...needs }));
  }
  const issues: { path: string; message: string }[] = [];
  const wanted = document.plan.flatMap((node, index) => {
    if (node.action !== 'build') return [];
    const version = findVersion(node.version)?.text;
    const parsed = wantedSchema.safeParse({ ...node, version });
    if (parsed.success) return [{ ...parsed.data, needs: [] }];
    const why = version === undefined ? 'its version is none (PEP 440)' : parsed.error.issues[0]?.message;
    issues.push({ path: `plan.${index}`, message: `${node.name} ${node.version}: ${why ?? 'not valid'}` });
    return [];
  });
  const [first] = issues;
  if (first === undefined) return wanted;
  throw new AppError('PLAN_UNRESOLVABLE', `The snapshot cannot be built: ${first.message}.`, {
    issues: issues.slice(0, 100),
  });
}

export const planNotFound = (runId: string): AppError =>
  new AppError('PLAN_NOT_FOUND', `There is no plan of run ${runId}.`);
