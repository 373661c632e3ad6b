import type { BuildLimits, BuildWheel, Claim } from '@ironwheel/contracts';
import { adjustLimits, adjustRecipes, buildTagOf } from '../jobs/index.ts';
import type { ClaimedJob } from './claims.repository.ts';

/** What every claim of this controller carries. */
export interface ClaimTerms {
  readonly leaseS: number;
  readonly renewEveryS: number;
  readonly limits: BuildLimits;
  readonly index: Claim['index'];
  readonly policyVersion: number;
}

export const toClaim = (
  job: ClaimedJob,
  attempt: { readonly id: string; readonly fencing: number; readonly number: number; readonly token: string },
  terms: ClaimTerms,
  buildWheels: readonly BuildWheel[] = [],
): Claim => ({
  attempt_id: attempt.id,
  fencing: attempt.fencing,
  attempt_token: attempt.token,
  attempt_number: attempt.number,
  lease_s: terms.leaseS,
  renew_every_s: terms.renewEveryS,
  job: {
    job_id: job.id,
    name: job.name,
    version: job.version,
    python_tag: job.python_tag,
    platform_tag: job.platform_tag,
    generation: job.generation,
    build_tag: buildTagOf(job.generation),
    source: job.source,
  },
  recipes: adjustRecipes(job.recipes, job.adjustment),
  index: terms.index,
  build_wheels: [...buildWheels],
  limits: adjustLimits(terms.limits, job.adjustment),
  adjustment: job.adjustment,
  policy_version: terms.policyVersion,
});
