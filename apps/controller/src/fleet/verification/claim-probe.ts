import type { Capabilities } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';

export interface ClaimProbeAnswer {
  readonly would_claim: number;
  readonly blocked_by: readonly { readonly code: string; readonly text: string }[];
}

/** `claim-next` with `validate_only`, as `work/claims` answers it. It claims nothing. */
export interface ClaimProber {
  probe(workerId: string, capabilities: Capabilities): Promise<ClaimProbeAnswer>;
}

/** The place where `work/claims` hands in its prober, since the fleet imports no feature above it. */
@Injectable()
export class ClaimProbe {
  #prober: ClaimProber | null = null;

  bind(prober: ClaimProber): void {
    this.#prober = prober;
  }

  /** Null where nothing grants claims in this process. */
  async probe(workerId: string, capabilities: Capabilities): Promise<ClaimProbeAnswer | null> {
    return (await this.#prober?.probe(workerId, capabilities)) ?? null;
  }
}
