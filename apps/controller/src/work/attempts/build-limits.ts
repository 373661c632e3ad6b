import { phases, type BuildLimits } from '@ironwheel/contracts';
import type { LoadedConfig } from '@ironwheel/config';
import { buildLimitsSection } from './build-limits.section.ts';

/** What a build may use where nothing else was found out about its job, from the configuration. */
export function readBuildLimits(config: LoadedConfig): BuildLimits {
  const limits = config.get(buildLimitsSection);
  const timeouts = phases.map((phase) => [
    phase,
    phase === 'build' ? limits.BUILD_TIMEOUT_S : limits.BUILD_FETCH_TIMEOUT_S,
  ]);
  return {
    phase_timeout_s: Object.fromEntries(timeouts) as BuildLimits['phase_timeout_s'],
    idle_output_s: limits.BUILD_IDLE_OUTPUT_S,
    memory_bytes: limits.BUILD_MEMORY_BYTES,
    pids: limits.BUILD_PIDS,
    cpus: limits.BUILD_CPUS,
    disk_bytes: limits.BUILD_DISK_BYTES,
    log_max_bytes: limits.BUILD_LOG_MAX_BYTES,
  };
}
