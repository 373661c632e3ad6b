import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { AuditService, type Actor } from '../../platform/index.ts';
import { AgentsService } from '../agent-link/index.ts';
import { HeldAttempts } from '../workers/index.ts';
import type { BundleOfServer } from '../provisioning/index.ts';
import { HostEnrollmentRepository, type NewHost } from './host-enrollment.repository.ts';

/** Ids of what was live before and is revoked now. */
export interface Replaced {
  readonly agents: readonly string[];
  readonly workers: readonly string[];
}

/** What an enrolment leaves behind: its entry in the audit trail, and the end of what it replaced. */
@Injectable()
export class HostEnrollmentEffects {
  constructor(
    private readonly audit: AuditService,
    private readonly hosts: HostEnrollmentRepository,
    private readonly agents: AgentsService,
    private readonly held: HeldAttempts,
  ) {}

  /** Cuts the keys of an earlier enrolment of the server off; the sockets of its agent are closed with the commit. */
  async replace(tx: SqlExecutor, serverId: string, at: Date): Promise<Replaced> {
    const agents = await this.hosts.listLiveAgents(tx, serverId);
    for (const agentId of agents) await this.agents.revoke(tx, agentId);
    return { agents, workers: await this.hosts.revokeWorkers(tx, serverId, at) };
  }

  record(
    tx: SqlExecutor,
    bundle: BundleOfServer,
    host: NewHost,
    replaced: Replaced,
    caller: Actor,
  ): Promise<void> {
    return this.audit.record(tx, {
      actor: caller,
      action: 'server.enroll',
      subject: host.serverId,
      detail: {
        bundle_id: bundle.id,
        agent_id: host.agentId,
        worker_id: host.workerId,
        hostname: host.hostname,
        replaced_agents: replaced.agents,
        replaced_workers: replaced.workers,
      },
    });
  }

  /** After the commit. What replaced workers held can be claimed at once: nobody else would tell of it. */
  async settle(replaced: Replaced): Promise<void> {
    if (replaced.workers.length > 0)
      await this.held.release(replaced.workers, 'the server was enrolled anew');
  }
}
