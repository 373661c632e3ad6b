import type { ConfigOf } from '@ironwheel/config';
import type { StructuredLogger } from '@ironwheel/logging';
import type { workerSection } from '../../config/worker-config.ts';
import type { OwnPlanSettings } from './make-local-plan.ts';

/** What the worker's environment says of the plans that it makes itself. */
export const toOwnPlanSettings = (
  worker: ConfigOf<typeof workerSection>,
  logger: StructuredLogger,
  exitSignal: AbortSignal,
): OwnPlanSettings => ({
  inputDirectory: worker.INPUT_DIR ?? null,
  requirementsPath: worker.REQUIREMENTS_PATH ?? null,
  strategy: worker.UPGRADE_STRATEGY,
  packages: worker.PLAN_OVERRIDES_JSON,
  maxPackages: worker.MAX_DEPS,
  indexUrl: worker.INDEX_URL ?? null,
  extraIndexUrls: worker.EXTRA_INDEX_URL,
  caFile: worker.INDEX_CA_FILE ?? null,
  trustedHosts: worker.INDEX_TRUSTED_HOSTS,
  netrcFile: worker.INDEX_NETRC_FILE ?? null,
  cacheDirectory: worker.CACHE_DIR ?? null,
  warn: (problem) => logger.warn(problem),
  exitSignal,
});
