import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AppError, Clock, NotificationBus, type Actor } from '../../platform/index.ts';
import { IntentsRepository, type DesiredChange } from './intents.repository.ts';
import type { WorkerRow } from './worker.row.ts';

/** Channel that tells of a changed intent; the payload is the worker's id. Claims that wait look again. */
export const workerIntentChannel = 'worker_intent';

/**
 * What the scheduler wants of a worker. Every transition is legal, from every state; only claims heed it. The desired
 * state and the quarantine stand beside each other and never change one another.
 */
@Injectable()
export class WorkerIntents {
  constructor(
    private readonly intents: IntentsRepository,
    private readonly notifications: NotificationBus,
    private readonly clock: Clock,
  ) {}

  pause(workerId: string, actor: Actor, reason: string | undefined, forS: number | undefined): Promise<void> {
    return this.#want(workerId, actor, 'paused', reason, forS);
  }

  drain(workerId: string, actor: Actor, reason: string | undefined, deadlineS: number): Promise<void> {
    return this.#want(workerId, actor, 'draining', reason, deadlineS);
  }

  resume(workerId: string, actor: Actor, reason: string | undefined): Promise<void> {
    return this.#want(workerId, actor, 'active', reason, undefined);
  }

  quarantine(
    workerId: string,
    actor: Pick<Actor, 'name'>,
    reason: string | undefined,
    forS: number | undefined,
  ): Promise<void> {
    return this.#change(workerId, (tx, now) =>
      this.intents.setQuarantine(tx, workerId, {
        reason: reason ?? `by ${actor.name}`,
        at: now,
        until: after(now, forS),
      }),
    );
  }

  unquarantine(workerId: string): Promise<void> {
    return this.#change(workerId, (tx, now) => this.intents.liftQuarantine(tx, workerId, now));
  }

  #want(
    workerId: string,
    actor: Actor,
    state: DesiredChange['state'],
    reason: string | undefined,
    forS: number | undefined,
  ): Promise<void> {
    return this.#change(workerId, (tx, now) =>
      this.intents.setDesired(tx, workerId, {
        state,
        reason: reason ?? null,
        by: actor.name,
        at: now,
        until: after(now, forS),
      }),
    );
  }

  #change(workerId: string, write: (tx: SqlExecutor, now: Date) => Promise<void>): Promise<void> {
    return this.intents.transaction(async (tx) => {
      checkMayWork(await this.intents.lockForChange(tx, workerId), workerId);
      await write(tx, this.clock.now());
      await this.notifications.notify(tx, workerIntentChannel, workerId);
    });
  }
}

export const workerUnknown = (workerId: string): AppError =>
  new AppError('WORKER_NOT_FOUND', `There is no worker ${workerId}.`);

export const workerRevoked = (name: string): AppError =>
  new AppError('WORKER_REVOKED', `The worker ${name} was revoked; enrol it anew.`);

/** Throws WORKER_NOT_FOUND or WORKER_REVOKED. */
export function checkMayWork(row: WorkerRow | null, workerId: string): WorkerRow {
  if (row === null) throw workerUnknown(workerId);
  if (row.revoked_at !== null) throw workerRevoked(row.name);
  return row;
}

const after = (now: Date, seconds: number | undefined): Date | null =>
  seconds === undefined ? null : new Date(now.getTime() + seconds * 1000);
