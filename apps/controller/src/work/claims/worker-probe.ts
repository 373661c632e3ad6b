import type { Capabilities } from '@ironwheel/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ClaimProbe, type ClaimProbeAnswer, type ClaimProber } from '../../fleet/index.ts';
import { ClaimNextService } from './claim-next.ts';

/** Asks `claim-next` with `validate_only` for the fleet's verification. It claims nothing. */
@Injectable()
export class WorkerProbe implements ClaimProber, OnModuleInit {
  constructor(
    private readonly fleet: ClaimProbe,
    private readonly claims: ClaimNextService,
  ) {}

  onModuleInit(): void {
    this.fleet.bind(this);
  }

  probe(workerId: string, capabilities: Capabilities): Promise<ClaimProbeAnswer> {
    return this.claims.validate(workerId, { capabilities, max: 1 });
  }
}
