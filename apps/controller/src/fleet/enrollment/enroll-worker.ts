import type { enrollAnswerSchema, enrollSchema } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, AuditService, Database, newId, TokenService, type Actor } from '../../platform/index.ts';
import { Heartbeats, WorkersRepository, type NewWorker, type WorkerRow } from '../workers/index.ts';
import { PoolDirectory } from '../pools/index.ts';
import { isBundleToken, RefusalLimiter } from '../provisioning/index.ts';
import { EnrollHost } from './enroll-host.ts';
import { readPublicKey } from './read-public-key.ts';

type Request = z.output<typeof enrollSchema>;
type Answer = z.output<typeof enrollAnswerSchema>;

/**
 * Takes a worker in: a token of role `worker` and the public half of a key that was made on the host. The same key
 * under the same name again is the same worker, so that a lost answer loses nothing. The token of a provisioning bundle
 * takes in a whole host (`EnrollHost`).
 */
@Injectable()
export class EnrollWorker {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenService,
    private readonly workers: WorkersRepository,
    private readonly heartbeats: Heartbeats,
    private readonly audit: AuditService,
    private readonly limiter: RefusalLimiter,
    private readonly pools: PoolDirectory,
    private readonly hosts: EnrollHost,
  ) {}

  /** Throws ENROLLMENT_REFUSED, REQUEST_INVALID (the key) or RATE_LIMITED. */
  async enroll(request: Request, caller: Actor): Promise<Answer> {
    this.limiter.check(caller.remoteAddr);
    try {
      return isBundleToken(request.enrollment_token)
        ? await this.hosts.enroll(request, caller)
        : await this.#enroll(request, caller);
    } catch (error) {
      if (error instanceof AppError) this.limiter.recordRefusal(caller.remoteAddr);
      throw error;
    }
  }

  async #enroll(request: Request, caller: Actor): Promise<Answer> {
    const token = await this.tokens.findBySecret(request.enrollment_token);
    if (token?.role !== 'worker') {
      throw refused(
        'The enrolment token is not a valid token of role worker; make one with `ironwheel token create --role worker`.',
      );
    }
    const worker = {
      id: newId('worker'),
      name: request.name,
      public_key: readPublicKey(request.public_key, 'public_key'),
      machine_id: request.machine_id,
      hostname: request.hostname,
      version: request.version,
    };
    const actor: Actor = {
      kind: 'token',
      id: token.token_id,
      name: token.name,
      role: 'worker',
      remoteAddr: caller.remoteAddr,
    };
    return this.database.transaction(async (tx) => {
      await this.workers.lockEnrollment(tx);
      const known = await this.#findKnown(tx, worker);
      if (known !== null) return this.#answer(known);
      const pool = await this.pools.getOpen(tx, undefined);
      await this.workers.insert(tx, { ...worker, pool });
      await this.audit.record(tx, {
        actor,
        action: 'worker.enroll',
        subject: worker.id,
        detail: { name: worker.name, hostname: worker.hostname },
      });
      return this.#answer({ ...worker, pool });
    });
  }

  /** The worker that enrolled with this key and name before; null when it is new. Throws ENROLLMENT_REFUSED. */
  async #findKnown(tx: SqlExecutor, worker: Omit<NewWorker, 'pool'>): Promise<WorkerRow | null> {
    const byKey = await this.workers.findByKey(tx, worker.public_key);
    // A key that was revoked may be in other hands: it never comes back.
    if (byKey !== null && byKey.revoked_at !== null) {
      throw refused('This key was revoked; make a new one (`ironwheel agent enroll --force`).');
    }
    if (byKey !== null && byKey.name !== worker.name) {
      throw refused(
        `This key belongs to the worker ${byKey.name} already; make a new one for another worker.`,
      );
    }
    if (byKey !== null) return byKey;
    const byName = await this.workers.findByName(tx, worker.name);
    if (byName !== null && byName.revoked_at === null) {
      throw refused(
        `A worker named ${worker.name} is enrolled with another key; choose another name or revoke it first.`,
      );
    }
    if (byName !== null) await this.workers.releaseName(tx, byName.id);
    return null;
  }

  #answer(worker: { readonly id: string; readonly name: string; readonly pool: string }): Answer {
    return {
      worker_id: worker.id,
      name: worker.name,
      pool: worker.pool,
      heartbeat_interval_s: this.heartbeats.intervalS,
    };
  }
}

const refused = (detail: string): AppError => new AppError('ENROLLMENT_REFUSED', detail);
