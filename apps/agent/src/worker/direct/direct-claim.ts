import { claimTimes, phases, type BuildLimits, type Claim } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';
import { v7 as createUuid } from 'uuid';
import type { QueueItem } from './queue-item.ts';

/** Nobody grants these builds, so that nobody says what they may use: the defaults of a controller. */
const limits: BuildLimits = {
  phase_timeout_s: Object.fromEntries(
    phases.map((phase) => [phase, phase === 'build' ? 7200 : 1200]),
  ) as BuildLimits['phase_timeout_s'],
  idle_output_s: 1800,
  memory_bytes: 4 * 1024 ** 3,
  pids: 2048,
  cpus: 2,
  disk_bytes: 10 * 1024 ** 3,
  log_max_bytes: 64 * 1024 * 1024,
};

/** An item in the form of a claim, which the phases of a build work with. */
export const toDirectClaim = (jobId: string, item: QueueItem, version: string): Claim => ({
  attempt_id: `att_${createUuid()}`,
  fencing: 1,
  attempt_token: '',
  attempt_number: item.attempts + 1,
  lease_s: claimTimes.leaseS,
  renew_every_s: Math.floor(claimTimes.leaseS / 3),
  job: {
    job_id: jobId,
    name: normalizeName(item.package),
    version,
    python_tag: item.python_tag,
    platform_tag: item.platform_tag,
    generation: 1,
    build_tag: null,
    source: null,
  },
  recipes: item.recipes,
  index: { index_url: null, extra_index_urls: [] },
  limits,
  policy_version: 0,
});
