import type { enrollAnswerSchema, enrollSchema } from '@ironwheel/contracts';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, Clock, Database, newId, type Actor } from '../../platform/index.ts';
import { ConsumeBundle, type BundleOfServer, type Consumption } from '../provisioning/index.ts';
import { Heartbeats, WorkersRepository } from '../workers/index.ts';
import { HostEnrollmentEffects, type Replaced } from './host-enrollment-effects.ts';
import { HostEnrollmentRepository, type NewHost } from './host-enrollment.repository.ts';
import { readPublicKey } from './read-public-key.ts';

type Request = z.output<typeof enrollSchema>;
type Answer = z.output<typeof enrollAnswerSchema>;

type Enrolled =
  | { readonly kind: 'new'; readonly host: NewHost; readonly replaced: Replaced }
  | {
      readonly kind: 'known';
      readonly host: Pick<NewHost, 'agentId' | 'workerId' | 'name' | 'pool' | 'serverId'>;
    }
  | Extract<Consumption, { kind: 'refused' }>;

/**
 * Takes a host in by its provisioning bundle: the supervisor's key and the worker's, in place of those that the server
 * had, and the bundle is used up, all in one transaction. The same keys with the same token again get the same answer,
 * so that a lost answer loses nothing.
 */
@Injectable()
export class EnrollHost {
  constructor(
    private readonly database: Database,
    private readonly bundles: ConsumeBundle,
    private readonly workers: WorkersRepository,
    private readonly hosts: HostEnrollmentRepository,
    private readonly after: HostEnrollmentEffects,
    private readonly heartbeats: Heartbeats,
    private readonly clock: Clock,
  ) {}

  /** Throws ENROLLMENT_REFUSED or REQUEST_INVALID (a key). */
  async enroll(request: Request, caller: Actor): Promise<Answer> {
    if (request.agent_public_key === undefined) {
      throw new AppError(
        'REQUEST_INVALID',
        'An enrolment with a bundle needs `agent_public_key` beside `public_key`.',
        {
          issues: [{ path: 'agent_public_key', message: 'expected an Ed25519 public key, SPKI in PEM' }],
        },
      );
    }
    const keys = {
      agent: readPublicKey(request.agent_public_key, 'agent_public_key'),
      worker: readPublicKey(request.public_key, 'public_key'),
    };
    if (keys.agent === keys.worker) {
      throw new AppError(
        'REQUEST_INVALID',
        'The supervisor and the worker need a key each, not one for both.',
      );
    }
    const outcome = await this.database.transaction((tx) => this.#enroll(tx, request, keys, caller));
    if (outcome.kind === 'refused') {
      if (outcome.bundle !== null) await this.bundles.recordRefusal(outcome.bundle, outcome.refusal, caller);
      throw new AppError('ENROLLMENT_REFUSED', `${outcome.refusal} ${howToGetAnother}`);
    }
    const { host } = outcome;
    if (outcome.kind === 'new') await this.after.settle(outcome.replaced);
    return {
      worker_id: host.workerId,
      name: host.name,
      pool: host.pool,
      heartbeat_interval_s: this.heartbeats.intervalS,
      server_id: host.serverId,
      agent_id: host.agentId,
    };
  }

  async #enroll(
    tx: SqlExecutor,
    request: Request,
    keys: { readonly agent: string; readonly worker: string },
    caller: Actor,
  ): Promise<Enrolled> {
    await this.workers.lockEnrollment(tx);
    const taken = await this.bundles.consume(tx, request.enrollment_token);
    if (taken.kind === 'refused') return (await this.#findSame(tx, taken.bundle, keys)) ?? taken;
    const { bundle } = taken;
    const isKnownKey =
      (await this.hosts.findAgentByKey(tx, keys.agent)) !== null ||
      (await this.workers.findByKey(tx, keys.worker)) !== null;
    // Thrown, so that the bundle stays unused.
    if (isKnownKey)
      throw new AppError('ENROLLMENT_REFUSED', 'These keys were enrolled before; make new ones.');
    const now = this.clock.now();
    const replaced = await this.after.replace(tx, bundle.server_id, now);
    const host: NewHost = {
      agentId: newId('agent'),
      agentKey: keys.agent,
      workerId: newId('worker'),
      workerKey: keys.worker,
      name: await this.#freeName(tx, bundle.server_name),
      serverId: bundle.server_id,
      pool: bundle.pool,
      machineId: request.machine_id,
      hostname: request.hostname,
      version: request.version,
      remoteAddr: caller.remoteAddr,
    };
    await this.hosts.insert(tx, host, now);
    await this.after.record(tx, bundle, host, replaced, caller);
    return { kind: 'new', host, replaced };
  }

  /** The enrolment that this very request made before, when its answer was lost. */
  async #findSame(
    tx: SqlExecutor,
    bundle: BundleOfServer | null,
    keys: { readonly agent: string; readonly worker: string },
  ): Promise<Enrolled | null> {
    if (bundle === null || bundle.used_at === null) return null;
    const agent = await this.hosts.findAgentByKey(tx, keys.agent);
    if (agent === null || agent.revoked_at !== null || agent.server_id !== bundle.server_id) return null;
    const worker = await this.hosts.findWorkerOf(tx, bundle.server_id, keys.worker);
    if (worker === null) return null;
    const { id: workerId, name, pool } = worker;
    return { kind: 'known', host: { agentId: agent.id, workerId, name, pool, serverId: bundle.server_id } };
  }

  /** The server's name; one with a number behind it while another worker has it. */
  async #freeName(tx: SqlExecutor, wanted: string): Promise<string> {
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? wanted : `${wanted.slice(0, 55)}-${number}`;
      const holder = await this.workers.findByName(tx, name);
      if (holder === null) return name;
      if (holder.revoked_at === null) continue;
      await this.workers.releaseName(tx, holder.id);
      return name;
    }
  }
}

const howToGetAnother = 'Make a new bundle for the server and paste its line.';
