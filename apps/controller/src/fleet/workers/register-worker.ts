import type { registerWorkerSchema, WorkerActionAnswer } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, newId, NotificationBus, type Actor } from '../../platform/index.ts';
import { IntentsRepository } from './intents.repository.ts';
import { RegistrationRepository } from './registration.repository.ts';
import { checkMayWork, workerIntentChannel } from './worker-intents.ts';
import { WorkerViews } from './worker-views.ts';
import type { WorkerRow } from './worker.row.ts';
import { WorkersRepository } from './workers.repository.ts';

type Registration = z.output<typeof registerWorkerSchema>;

/** An orphan becomes a server in one step: a new one in its pool, or one that there is. */
@Injectable()
export class RegisterWorker {
  constructor(
    private readonly intents: IntentsRepository,
    private readonly registration: RegistrationRepository,
    private readonly notifications: NotificationBus,
    private readonly workers: WorkersRepository,
    private readonly views: WorkerViews,
  ) {}

  async register(workerId: string, body: Registration, actor: Actor): Promise<WorkerActionAnswer> {
    await this.intents.transaction(async (tx) => {
      const worker = checkMayWork(await this.intents.lockForChange(tx, workerId), workerId);
      if (worker.server_id !== null) {
        throw new AppError(
          'WORKER_REGISTERED',
          `The worker ${worker.name} belongs to the server ${worker.server_id} already.`,
        );
      }
      const server =
        body.server_id === undefined
          ? await this.#create(tx, worker, body.name ?? worker.name, actor)
          : await this.#find(tx, body.server_id);
      await this.registration.attach(tx, workerId, server.id, server.pool);
      await this.notifications.notify(tx, workerIntentChannel, workerId);
    });
    return this.views.toAnswer(await this.workers.get(workerId), false);
  }

  async #create(
    tx: SqlExecutor,
    worker: WorkerRow,
    name: string,
    actor: Actor,
  ): Promise<{ id: string; pool: string }> {
    const pool = await this.registration.findPool(tx, worker.pool);
    if (pool === null)
      throw new AppError('POOL_NOT_FOUND', `The worker is of the pool ${worker.pool}, which there is not.`);
    if (pool.archived_at !== null)
      throw new AppError('POOL_ARCHIVED', `The pool ${worker.pool} is archived and takes no new server.`);
    const server = { id: newId('server'), name, pool: worker.pool };
    const address = worker.remote_addr ?? '';
    if (!(await this.registration.insertServer(tx, { ...server, address, by: actor.name }))) {
      throw new AppError(
        'SERVER_EXISTS',
        `There is a server ${name}; name another, or attach the worker to it with \`server_id\`.`,
      );
    }
    return server;
  }

  async #find(tx: SqlExecutor, idOrName: string): Promise<{ id: string; pool: string }> {
    const server = await this.registration.findServer(tx, idOrName);
    if (server === null) throw new AppError('SERVER_NOT_FOUND', `There is no server ${idOrName}.`);
    if (server.archived_at !== null)
      throw new AppError('SERVER_ARCHIVED', `The server ${server.name} is archived.`);
    return server;
  }
}
