import type {
  createServerSchema,
  editServerSchema,
  serversQuerySchema,
  ServerView,
} from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, Database, newId, type Actor } from '../../platform/index.ts';
import { PoolDirectory } from '../pools/index.ts';
import { Heartbeats, WorkersRepository, WorkersService } from '../workers/index.ts';
import type { ServerListRow, ServerRow } from './server.row.ts';
import { toServerView } from './server.view.ts';
import { ServersRepository } from './servers.repository.ts';

export const serverNotFound = (id: string): AppError =>
  new AppError('SERVER_NOT_FOUND', `There is no server ${id}; see \`ironwheel servers\`.`);

export const serverArchived = (name: string): AppError =>
  new AppError('SERVER_ARCHIVED', `The server ${name} is archived; nothing can be done with it.`);

/** Shows, makes and changes servers. */
@Injectable()
export class ServersService {
  constructor(
    private readonly database: Database,
    private readonly servers: ServersRepository,
    private readonly pools: PoolDirectory,
    private readonly workers: WorkersService,
    private readonly workerRows: WorkersRepository,
    private readonly heartbeats: Heartbeats,
  ) {}

  async list(query: z.output<typeof serversQuerySchema>): Promise<{ items: ServerView[]; total: number }> {
    const filter = {
      filter: query.filter,
      pool: query.pool,
      text: query.q,
      isArchived: query.archived === 'true',
      freshSince: this.heartbeats.freshSince(),
      freshWorkers: this.heartbeats.pendingWorkers(),
    };
    const { rows, total } = await this.servers.list(filter, query.limit, query.offset);
    return { items: await this.#views(rows), total };
  }

  /** Throws SERVER_NOT_FOUND. */
  async view(id: string): Promise<ServerView> {
    const row = await this.servers.find(id);
    const [view] = row === null ? [] : await this.#views([row]);
    if (view === undefined) throw serverNotFound(id);
    return view;
  }

  /** Throws SERVER_EXISTS, POOL_NOT_FOUND, POOL_ARCHIVED. */
  async create(body: z.output<typeof createServerSchema>, actor: Actor): Promise<ServerView> {
    return this.view(await this.database.transaction((tx) => this.insert(tx, body, actor)));
  }

  /** The same inside a transaction of the caller's; returns the id. */
  async insert(tx: SqlExecutor, body: z.output<typeof createServerSchema>, actor: Actor): Promise<string> {
    const id = newId('server');
    await this.servers.lockNames(tx);
    await this.#checkName(tx, body.name);
    const pool = await this.pools.getOpen(tx, body.pool);
    await this.servers.insert(tx, { ...body, id, pool, created_by: actor.name });
    return id;
  }

  /** A server's workers follow it into another pool. Throws SERVER_NOT_FOUND, SERVER_ARCHIVED, REVISION_CONFLICT and as `create`. */
  async edit(id: string, body: z.output<typeof editServerSchema>): Promise<ServerView> {
    await this.database.transaction(async (tx) => {
      if (body.name !== undefined) await this.servers.lockNames(tx);
      const server = await this.lock(tx, id);
      checkRevision(server, body.revision);
      await this.#change(tx, server, body);
    });
    return this.view(id);
  }

  /** The row of a server that can be worked with, locked. Throws SERVER_NOT_FOUND, SERVER_ARCHIVED. */
  async lock(tx: SqlExecutor, id: string): Promise<ServerRow> {
    const server = await this.servers.lock(tx, id);
    if (server === null) throw serverNotFound(id);
    if (server.archived_at !== null) throw serverArchived(server.name);
    return server;
  }

  async #change(tx: SqlExecutor, server: ServerRow, body: z.output<typeof editServerSchema>): Promise<void> {
    const { id } = server;
    const name = body.name ?? server.name;
    if (name !== server.name) await this.#checkName(tx, name);
    const isMoved = body.pool !== undefined && body.pool !== server.pool;
    const pool = isMoved ? await this.pools.getOpen(tx, body.pool) : server.pool;
    const description = body.description ?? server.description;
    const address = body.address ?? server.address;
    const labels = body.labels ?? server.labels;
    await this.servers.update(tx, { id, name, pool, description, address, labels });
    if (!isMoved) return;
    await this.workerRows.moveOfServer(tx, id, pool);
    // Claims that wait in the old pool look again, in the new one.
    await this.pools.announceChange(tx, server.pool);
  }

  async #checkName(tx: SqlExecutor, name: string): Promise<void> {
    const other = await this.servers.findByName(tx, name);
    if (other === null) return;
    throw new AppError(
      'SERVER_EXISTS',
      other.archived_at === null
        ? `There is a server ${name} already (${other.id}).`
        : `There was a server ${name} (${other.id}), which was archived; its name stays taken, choose another one.`,
    );
  }

  async #views(rows: readonly ServerListRow[]): Promise<ServerView[]> {
    const workers = await this.workers.viewAll(rows.flatMap((row) => row.worker_id ?? []));
    return rows.map((row) => toServerView(row, workers.get(row.worker_id ?? '') ?? null));
  }
}

function checkRevision(server: ServerRow, revision: number | undefined): void {
  if (revision === undefined || revision === server.revision) return;
  throw new AppError(
    'REVISION_CONFLICT',
    `The server ${server.name} was changed since it was read: it has revision ${server.revision} now, not ${revision}. Read it again.`,
    { extra: { revision: server.revision } },
  );
}
