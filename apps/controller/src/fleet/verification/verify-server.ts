import type { VerificationView } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import { AppError, Clock } from '../../platform/index.ts';
import { ClaimProbe, type ClaimProbeAnswer } from './claim-probe.ts';
import { WorkerMatching } from '../matching/index.ts';
import { Heartbeats, staleAfterIntervals, WorkersService } from '../workers/index.ts';
import { checkAgentReachable, checkProcessState } from './agent-checks.ts';
import { VerificationRepository, type VerifiedServerRow } from './verification.repository.ts';
import { checkClaimProbe, checkHeartbeatMatched, type ProbedWorker } from './worker-checks.ts';

/** Asked for by hand after provisioning: four checks, each with what was measured, what is needed, and the mend. */
@Injectable()
export class VerifyServer {
  constructor(
    private readonly repository: VerificationRepository,
    private readonly matching: WorkerMatching,
    private readonly workers: WorkersService,
    private readonly heartbeats: Heartbeats,
    private readonly probe: ClaimProbe,
    private readonly clock: Clock,
  ) {}

  /** Runs the checks now and keeps the outcome. It changes nothing else, and claims nothing. */
  async verify(idOrName: string): Promise<VerificationView> {
    const server = await this.#get(idOrName);
    if (server.archived_at !== null)
      throw new AppError('SERVER_ARCHIVED', `The server ${server.name} is archived.`);
    const freshS = staleAfterIntervals * this.heartbeats.intervalS;
    const worker = await this.#findWorker(server.id);
    const answer = await this.#ask(worker);
    const now = this.clock.now();
    const times = { now, silentS: freshS };
    const checks = [
      checkAgentReachable(server, times),
      checkProcessState(server, times),
      checkHeartbeatMatched(worker, now, freshS),
      checkClaimProbe(worker, answer),
    ];
    const verification: VerificationView = {
      server_id: server.id,
      at: now.toISOString(),
      ok: checks.every(({ ok }) => ok),
      checks,
    };
    await this.repository.save(server.id, verification);
    return verification;
  }

  async last(idOrName: string): Promise<VerificationView> {
    const { name, verification } = await this.#get(idOrName);
    if (verification === null)
      throw new AppError('VERIFICATION_NOT_FOUND', `The server ${name} was not verified yet.`);
    return verification;
  }

  async #get(idOrName: string): Promise<VerifiedServerRow> {
    const server = await this.repository.find(idOrName);
    if (server === null) throw new AppError('SERVER_NOT_FOUND', `There is no server ${idOrName}.`);
    return server;
  }

  async #findWorker(serverId: string): Promise<ProbedWorker | null> {
    const [first, ...others] = (await this.matching.ofServers([serverId])).get(serverId) ?? [];
    if (first === undefined) return null;
    const live = others.filter(({ isRevoked }) => !isRevoked).length;
    return { view: await this.workers.view(first.workerId), others: live };
  }

  async #ask(worker: ProbedWorker | null): Promise<ClaimProbeAnswer | null> {
    if (worker === null || worker.view.revoked_at !== null || worker.view.capabilities === null) return null;
    return this.probe.probe(worker.view.worker_id, worker.view.capabilities);
  }
}
