import { createPublicKey } from 'node:crypto';
import type { enrollAnswerSchema, enrollSchema } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, AuditService, Database, newId, TokenService, type Actor } from '../../platform/index.ts';
import { Heartbeats, WorkersRepository } from '../workers/index.ts';

type Request = z.output<typeof enrollSchema>;
type Answer = z.output<typeof enrollAnswerSchema>;

/**
 * Takes a worker in: a token of role `worker` and the public half of a key that was made on the host. The same key
 * under the same name again is the same worker, so that a lost answer loses nothing.
 */
@Injectable()
export class EnrollWorker {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenService,
    private readonly workers: WorkersRepository,
    private readonly heartbeats: Heartbeats,
    private readonly audit: AuditService,
  ) {}

  async enroll(request: Request, caller: Actor): Promise<Answer> {
    const token = await this.tokens.findBySecret(request.enrollment_token);
    if (token?.role !== 'worker') {
      throw new AppError(
        'ENROLLMENT_REFUSED',
        'The enrolment token is not a valid token of role worker; make one with `ironwheel token create --role worker`.',
      );
    }
    const publicKey = readPublicKey(request.public_key);
    const actor: Actor = {
      kind: 'token',
      id: token.token_id,
      name: token.name,
      role: 'worker',
      remoteAddr: caller.remoteAddr,
    };
    return this.database.transaction(async (tx) => {
      const existing = await this.workers.findByName(tx, request.name);
      if (existing !== null && existing.revoked_at === null) {
        if (existing.public_key !== publicKey) {
          throw new AppError(
            'ENROLLMENT_REFUSED',
            `A worker named ${request.name} is enrolled with another key; choose another name or revoke it first.`,
          );
        }
        return this.#answer(existing);
      }
      if (existing !== null) await this.workers.releaseName(tx, existing.id);
      const worker = {
        id: newId('worker'),
        name: request.name,
        public_key: publicKey,
        pool: 'default',
        machine_id: request.machine_id,
        hostname: request.hostname,
        version: request.version,
      };
      await this.workers.insert(tx, worker);
      await this.audit.record(tx, {
        actor,
        action: 'worker.enroll',
        subject: worker.id,
        detail: { name: worker.name, hostname: worker.hostname },
      });
      return this.#answer(worker);
    });
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

/** The key in its one canonical spelling. Anything but an Ed25519 public key is refused. */
function readPublicKey(pem: string): string {
  try {
    // A private key must never travel; createPublicKey would quietly take one.
    const key = /PRIVATE/.test(pem) ? null : createPublicKey({ key: pem, format: 'pem', type: 'spki' });
    if (key?.asymmetricKeyType === 'ed25519') return key.export({ type: 'spki', format: 'pem' }) as string;
  } catch {
    // Answered below, in the contract's own words.
  }
  throw new AppError('REQUEST_INVALID', '`public_key` is not an Ed25519 public key (SPKI in PEM).', {
    issues: [{ path: 'public_key', message: 'expected an Ed25519 public key, SPKI in PEM' }],
  });
}
