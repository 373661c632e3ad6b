import { Injectable } from '@nestjs/common';
import type {
  CancelImpact,
  ComputePlan,
  PlanDocument,
  PlanListItem,
  PlanProgress,
  plansQuerySchema,
  PlanSnapshot,
  PlanView,
} from '@ironwheel/contracts';
import { pythonTagSchema, platformTagSchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import { PoolDirectory } from '../../fleet/index.ts';
import { AppError, Database, newId, type Actor } from '../../platform/index.ts';
import { InputsRepository } from '../inputs/index.ts';
import { JobsRepository, JobsService } from '../jobs/index.ts';
import { EnqueueRun, planNotFound } from './enqueue-run.ts';
import { GatherInputs, inputsNotFound } from './gather-inputs.ts';
import { MakePlan } from './make-plan.ts';
import type { PlanRow } from './plan.row.ts';
import { toPlanListItem, toPlanProgress, toPlanView } from './plan.view.ts';
import { PlansRepository } from './plans.repository.ts';

/** Makes, keeps, shows and cancels plans. */
@Injectable()
export class PlansService {
  constructor(
    private readonly database: Database,
    private readonly plans: PlansRepository,
    private readonly inputs: InputsRepository,
    private readonly gatherInputs: GatherInputs,
    private readonly makePlan: MakePlan,
    private readonly runs: EnqueueRun,
    private readonly jobs: JobsService,
    private readonly jobRows: JobsRepository,
    private readonly pools: PoolDirectory,
  ) {}

  /** Makes a plan here and keeps it, unless `gone` says that nobody waits for it; with `enqueue` its builds are queued at once. */
  async compute(body: ComputePlan, actor: Actor, gone: AbortSignal): Promise<PlanView> {
    await this.pools.check(body.pool);
    const gathered = await this.gatherInputs.gather(body);
    const runId = newId('run');
    const document = await this.makePlan.make(runId, body, gathered, gone);
    await this.#keep(document, gathered.inputIds, body, actor);
    if (body.enqueue) await this.runs.enqueue(runId);
    return this.get(runId);
  }

  /** Keeps a snapshot that another program made. The same run's snapshot is replaced until it is enqueued. */
  async save(snapshot: PlanSnapshot, actor: Actor): Promise<PlanView> {
    const [first] = snapshot.plan;
    const plan = {
      run_id: snapshot.run_id,
      document: snapshot,
      python_tag: pythonTagSchema.safeParse(first?.python_tag).data ?? null,
      platform_tag: platformTagSchema.safeParse(first?.platform_tag).data ?? null,
    };
    await this.database.transaction(async (tx) => {
      const pool = await this.pools.getOpen(tx, undefined);
      const rest = { input_ids: [], pool, priority: 0, rebuild: false, created_by: actor.name };
      const isKept =
        (await this.plans.insert(tx, { ...plan, ...rest })) || (await this.plans.replaceSnapshot(tx, plan));
      if (isKept) return;
      throw new AppError(
        'PLAN_EXISTS',
        `There is a plan of run ${snapshot.run_id} that is more than a waiting snapshot; choose another run id.`,
      );
    });
    return this.get(snapshot.run_id);
  }

  /** Throws PLAN_NOT_FOUND when there is no plan at all. */
  async getLatest(): Promise<PlanView> {
    const row = await this.plans.findLatest();
    if (row === undefined) {
      throw new AppError('PLAN_NOT_FOUND', 'There is no plan yet; make one with POST /api/plan/compute.');
    }
    return this.#view(row);
  }

  async get(runId: string): Promise<PlanView> {
    const row = await this.plans.find(runId);
    if (row === undefined) throw planNotFound(runId);
    return this.#view(row);
  }

  /** Throws PLAN_NOT_FOUND. */
  async progress(runId: string): Promise<PlanProgress> {
    const row = await this.plans.findState(runId);
    if (row === undefined) throw planNotFound(runId);
    return toPlanProgress(row, await this.jobRows.listByRun(runId));
  }

  async list(query: z.output<typeof plansQuerySchema>): Promise<{ items: PlanListItem[] }> {
    const rows = await this.plans.list({ state: query.state }, query.limit, query.offset);
    return { items: rows.map(toPlanListItem) };
  }

  async enqueue(runId: string): Promise<PlanView> {
    await this.runs.enqueue(runId);
    return this.get(runId);
  }

  /** Cancels the jobs that only this run wants. Throws RUN_NOT_FOUND, JOB_STATE_CONFLICT for a run that is done. */
  async cancel(runId: string, reason: string | undefined, dryRun: boolean): Promise<CancelImpact> {
    const plan = await this.plans.find(runId);
    if (plan === undefined) throw new AppError('RUN_NOT_FOUND', `There is no run ${runId}.`);
    if (plan.state === 'done') {
      throw new AppError('JOB_STATE_CONFLICT', 'The run is done; there is nothing left to cancel.');
    }
    return this.jobs.cancelRun(runId, reason ?? null, dryRun);
  }

  async #keep(
    document: PlanDocument,
    inputIds: readonly string[],
    body: ComputePlan,
    actor: Actor,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.plans.insert(tx, {
        run_id: document.run_id,
        python_tag: document.python_tag,
        platform_tag: document.platform_tag,
        document,
        input_ids: [...inputIds],
        pool: await this.pools.getOpen(tx, body.pool),
        priority: body.priority ?? 0,
        rebuild: body.rebuild,
        created_by: actor.name,
      });
      const used = await this.inputs.markUsed(tx, inputIds, document.run_id);
      const missing = inputIds.filter((id) => !used.includes(id));
      // Deleted while the plan was made: the plan would rest on what is no longer there.
      if (missing.length > 0) throw inputsNotFound(missing);
    });
  }

  async #view(row: PlanRow): Promise<PlanView> {
    return toPlanView(row, await this.jobRows.listByRun(row.run_id));
  }
}
