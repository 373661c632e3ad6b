import { LoadedConfig } from '@ironwheel/config';
import { Injectable } from '@nestjs/common';
import { targetSection } from '../../platform/index.ts';
import { readBuildLimits } from '../attempts/index.ts';
import { PolicyInForce } from '../policies/index.ts';
import type { ClaimTerms } from './claim.view.ts';
import { leaseSection } from './claims.section.ts';

/** The terms of every claim: from the configuration, and the policy that is in force at that moment. */
@Injectable()
export class ClaimTermsReader {
  readonly #fixed: Omit<ClaimTerms, 'policyVersion'>;

  constructor(
    config: LoadedConfig,
    private readonly policies: PolicyInForce,
  ) {
    const target = config.get(targetSection);
    const leaseS = config.get(leaseSection).CLAIM_LEASE_S;
    this.#fixed = {
      leaseS,
      renewEveryS: Math.max(1, Math.floor(leaseS / 3)),
      limits: readBuildLimits(config),
      index: { index_url: target.INDEX_URL ?? null, extra_index_urls: target.EXTRA_INDEX_URL },
    };
  }

  get leaseS(): number {
    return this.#fixed.leaseS;
  }

  read(): ClaimTerms {
    return { ...this.#fixed, policyVersion: this.policies.get().version };
  }
}
