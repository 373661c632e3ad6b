import type { Heartbeat, heartbeatAnswerSchema, workersQuerySchema, WorkerView } from '@ironwheel/contracts';
import { effectiveIntent, type EffectiveIntent } from '@ironwheel/decisions';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { z } from 'zod';
import {
  Clock,
  Gatherer,
  SigningKeys,
  type AppError,
  type SigningKey,
  type SigningKeyDirectory,
} from '../../platform/index.ts';
import { Heartbeats } from './heartbeats.ts';
import { checkMayWork, workerRevoked, workerUnknown } from './worker-intents.ts';
import { WorkerViews } from './worker-views.ts';
import type { ClaimantRow, WorkerRow } from './worker.row.ts';
import { WorkersRepository } from './workers.repository.ts';

const mostKeysAtOnce = 500;

/** A worker that asks for work. */
export interface Claimant {
  /** Why it may not work at all; null when it may. */
  readonly refusal: AppError | null;
  /** Nothing is granted to it now. */
  readonly isBlocked: boolean;
}

@Injectable()
export class WorkersService implements SigningKeyDirectory, OnModuleInit {
  /** Every call of a worker asks for its key: those that come at once are read together. */
  readonly #keyReads = new Gatherer<string, SigningKey | null>((ids) => this.#readKeys(ids), {
    calls: mostKeysAtOnce,
  });

  constructor(
    private readonly workers: WorkersRepository,
    private readonly heartbeats: Heartbeats,
    private readonly keys: SigningKeys,
    private readonly views: WorkerViews,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.keys.bind('worker', this);
  }

  findKey(workerId: string): Promise<SigningKey | null> {
    return this.#keyReads.ask(workerId);
  }

  /** The record of a worker that may work. Throws WORKER_NOT_FOUND or WORKER_REVOKED. */
  async get(workerId: string): Promise<WorkerRow> {
    return checkMayWork(await this.workers.find(workerId), workerId);
  }

  /** What the scheduler wants of a worker now; it changes claims only. */
  async intent(workerId: string): Promise<EffectiveIntent> {
    return effectiveIntent(await this.get(workerId), this.clock.now());
  }

  /** The same of a row that a claim has read and locked. */
  toClaimant(row: ClaimantRow | null, workerId: string): Claimant {
    if (row === null) return { refusal: workerUnknown(workerId), isBlocked: true };
    return {
      refusal: row.revoked_at === null ? null : workerRevoked(row.name),
      isBlocked: effectiveIntent(row, this.clock.now()).blockedBy.length > 0,
    };
  }

  async heartbeat(
    workerId: string,
    heartbeat: Heartbeat,
    remoteAddr: string,
  ): Promise<z.output<typeof heartbeatAnswerSchema>> {
    const intent = await this.intent(workerId);
    this.heartbeats.receive(workerId, heartbeat, remoteAddr);
    return {
      heartbeat_interval_s: this.heartbeats.intervalS,
      desired_state: intent.desiredState,
      quarantined: intent.quarantine !== null,
    };
  }

  async list(query: z.output<typeof workersQuerySchema>): Promise<{ items: WorkerView[]; total: number }> {
    const { rows, total } = await this.workers.list(query);
    return { items: await this.views.toViews(rows), total };
  }

  /** By id, in a constant number of statements; unknown ones are left out. */
  async viewAll(workerIds: readonly string[]): Promise<Map<string, WorkerView>> {
    if (workerIds.length === 0) return new Map();
    const views = await this.views.toViews(await this.workers.listByIds(workerIds));
    return new Map(views.map((view) => [view.worker_id, view]));
  }

  async view(workerId: string): Promise<WorkerView> {
    return this.views.toView(await this.workers.get(workerId));
  }

  async #readKeys(workerIds: readonly string[]): Promise<(SigningKey | null)[]> {
    const rows = await this.workers.readKeys(workerIds);
    const keys = new Map(
      rows.map((row): [string, SigningKey] => [
        row.id,
        {
          id: row.id,
          name: row.name,
          publicKey: row.public_key,
          refusal: row.revoked_at === null ? null : 'revoked',
        },
      ]),
    );
    return workerIds.map((id) => keys.get(id) ?? null);
  }
}
