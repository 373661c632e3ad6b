import { phases, type BuildLimits } from '@ironwheel/contracts';
import type { LoadedConfig } from '@ironwheel/config';
import { defaultAttemptPolicy } from '@ironwheel/decisions';
import { targetSection } from '../../platform/index.ts';
import type { ClaimTerms } from './claim.view.ts';
import { buildLimitsSection, leaseSection } from './claims.section.ts';

/** The terms of every claim, from the configuration. */
export function readClaimTerms(config: LoadedConfig): ClaimTerms {
  const limits = config.get(buildLimitsSection);
  const target = config.get(targetSection);
  const leaseS = config.get(leaseSection).CLAIM_LEASE_S;
  const timeouts = phases.map((phase) => [
    phase,
    phase === 'build' ? limits.BUILD_TIMEOUT_S : limits.BUILD_FETCH_TIMEOUT_S,
  ]);
  return {
    leaseS,
    renewEveryS: Math.max(1, Math.floor(leaseS / 3)),
    limits: {
      phase_timeout_s: Object.fromEntries(timeouts) as BuildLimits['phase_timeout_s'],
      idle_output_s: limits.BUILD_IDLE_OUTPUT_S,
      memory_bytes: limits.BUILD_MEMORY_BYTES,
      pids: limits.BUILD_PIDS,
      cpus: limits.BUILD_CPUS,
      disk_bytes: limits.BUILD_DISK_BYTES,
      log_max_bytes: limits.BUILD_LOG_MAX_BYTES,
    },
    index: { index_url: target.INDEX_URL ?? null, extra_index_urls: target.EXTRA_INDEX_URL },
    policyVersion: defaultAttemptPolicy.version,
  };
}
