import type {
  drainWorkerSchema,
  pauseWorkerSchema,
  workerActionSchema,
  WorkerActionAnswer,
} from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Clock, type Actor } from '../../platform/index.ts';
import { checkMayWork, WorkerIntents } from './worker-intents.ts';
import { WorkerViews } from './worker-views.ts';
import type { WorkerRow } from './worker.row.ts';
import { WorkersRepository } from './workers.repository.ts';

type Pause = z.output<typeof pauseWorkerSchema>;
type Drain = z.output<typeof drainWorkerSchema>;
type Reason = z.output<typeof workerActionSchema>;

/** What operators do with a worker: the deed, or with `dry_run` none, and the worker with what it holds as the answer. */
@Injectable()
export class WorkerActions {
  constructor(
    private readonly workers: WorkersRepository,
    private readonly intents: WorkerIntents,
    private readonly views: WorkerViews,
    private readonly clock: Clock,
  ) {}

  pause(id: string, body: Pause, dryRun: boolean, actor: Actor): Promise<WorkerActionAnswer> {
    return this.#act(id, dryRun, () => this.intents.pause(id, actor, body.reason, body.for_s));
  }

  drain(id: string, body: Drain, dryRun: boolean, actor: Actor): Promise<WorkerActionAnswer> {
    return this.#act(id, dryRun, () => this.intents.drain(id, actor, body.reason, body.deadline_s));
  }

  resume(id: string, body: Reason, actor: Actor): Promise<WorkerActionAnswer> {
    return this.#act(id, false, () => this.intents.resume(id, actor, body.reason));
  }

  quarantine(id: string, body: Pause, dryRun: boolean, actor: Actor): Promise<WorkerActionAnswer> {
    return this.#act(id, dryRun, () => this.intents.quarantine(id, actor, body.reason, body.for_s));
  }

  unquarantine(id: string): Promise<WorkerActionAnswer> {
    return this.#act(id, false, () => this.intents.unquarantine(id));
  }

  /** Cuts a worker off at once: its key is looked up with every request. Once revoked it stays so. */
  async revoke(id: string, dryRun: boolean): Promise<WorkerActionAnswer> {
    if (!dryRun) await this.workers.revoke(id, this.clock.now());
    return this.views.toAnswer(await this.workers.get(id), dryRun);
  }

  async #act(id: string, dryRun: boolean, act: () => Promise<void>): Promise<WorkerActionAnswer> {
    if (!dryRun) await act();
    const row: WorkerRow = dryRun
      ? checkMayWork(await this.workers.find(id), id)
      : await this.workers.get(id);
    return this.views.toAnswer(row, dryRun);
  }
}
