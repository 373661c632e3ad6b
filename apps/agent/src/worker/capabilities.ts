import { totalmem } from 'node:os';
import type { Capabilities } from '@ironwheel/contracts';
import type { RunnerProbe } from '@ironwheel/plugin-kit';

export interface CapabilityLimits {
  readonly runnerName: string;
  readonly pool: string | null;
  /** For example `3.12`; null: every interpreter of the runner. */
  readonly pythonVersion: string | null;
  readonly platformTag: string | null;
}

const toPythonTag = (version: string): string =>
  `cp${version.replace(/t$/, '').split('.').slice(0, 2).join('')}${version.endsWith('t') ? 't' : ''}`;

/** What is offered in a claim: what the runner can do, narrowed by what the operator set. Null: nothing is left. */
export const toCapabilities = (
  probe: RunnerProbe,
  limits: CapabilityLimits,
  freeSlots: number,
): Capabilities | null => {
  const pythonTag = limits.pythonVersion === null ? null : toPythonTag(limits.pythonVersion);
  const pythonTags = probe.pythonTags.filter((tag) => pythonTag === null || tag === pythonTag);
  const platformTags = probe.platformTags.filter(
    (tag) => limits.platformTag === null || tag === limits.platformTag,
  );
  if (pythonTags.length === 0 || platformTags.length === 0) return null;
  return {
    python_tags: pythonTags.slice(0, 50),
    platform_tags: platformTags.slice(0, 200),
    runner: limits.runnerName,
    free_slots: freeSlots,
    memory_bytes: totalmem(),
    ...(limits.pool === null ? {} : { pool: limits.pool }),
  };
};
