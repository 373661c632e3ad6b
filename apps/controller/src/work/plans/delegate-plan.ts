import { Injectable } from '@nestjs/common';
import type { ComputePlan, PlanView } from '@ironwheel/contracts';
import { AppError, type Actor } from '../../platform/index.ts';
import { PlansService } from './plans.service.ts';
import { WorkerPlan } from './worker-plan.ts';

/** Who makes a plan: the worker of WORKER_PLAN_URL when one is named, else this controller. */
@Injectable()
export class DelegatePlan {
  constructor(
    private readonly plans: PlansService,
    private readonly workerPlan: WorkerPlan,
  ) {}

  /** A worker that asks is answered here: it may be the very one that was asked. */
  async compute(body: ComputePlan, actor: Actor, gone: AbortSignal): Promise<PlanView> {
    if (!this.workerPlan.isConfigured || actor.role === 'worker')
      return this.plans.compute(body, actor, gone);
    const snapshot = await this.workerPlan.compute(body, gone);
    await this.#keep(snapshot, actor);
    return body.enqueue ? this.plans.enqueue(snapshot.run_id) : this.plans.get(snapshot.run_id);
  }

  /** A worker that had the plan made by this controller answers with one that is kept already. */
  async #keep(snapshot: Parameters<PlansService['save']>[0], actor: Actor): Promise<void> {
    try {
      await this.plans.save(snapshot, actor);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'PLAN_EXISTS')) throw error;
    }
  }
}
