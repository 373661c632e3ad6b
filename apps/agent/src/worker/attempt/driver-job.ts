import type { Claim, PlanSource } from '@ironwheel/contracts';
import { driverJobSchema, type DriverJob, type DriverJobInput } from '@ironwheel/plugin-kit';
import type { AttemptSettings } from './attempt-context.ts';

/** The driver's own least value of its log limit, in bytes. */
const minLogBytes = 65_536;

/** Sources of these origins lie in the controller's store and are fetched by the worker. */
export const isKeptByController = ({ origin }: PlanSource): boolean => origin === 'input' || origin === 'own';

/** A source that is named and cannot be had must not become a look at the index. Throws where a URL is missing. */
const toDriverSource = (source: PlanSource | null): NonNullable<DriverJobInput['source']> | null => {
  if (source === null) return null;
  const { origin, filename, sha256, url, rev = null, subdirectory = null } = source;
  if (isKeptByController(source)) return { path: filename, sha256 };
  if (origin === 'git') {
    if (url === undefined) throw new TypeError(`the claim names no URL of the repository of ${filename}`);
    return { git: url, rev, subdirectory };
  }
  return url === undefined ? null : { url, filename, sha256, subdirectory };
};

/** What `job.json` says; the claim's index wins over the worker's own. Throws when the claim does not fit the driver. */
export const toDriverJob = ({ job, recipes, index, limits }: Claim, settings: AttemptSettings): DriverJob =>
  driverJobSchema.parse({
    schema: 1,
    name: job.name,
    version: job.version,
    python_tag: job.python_tag,
    platform_tag: job.platform_tag,
    build_tag: job.build_tag,
    source: toDriverSource(job.source),
    index: {
      index_url: index.index_url ?? settings.index.indexUrl,
      extra_index_urls:
        index.extra_index_urls.length > 0 ? index.extra_index_urls : [...settings.index.extraIndexUrls],
    },
    env: recipes.env,
    config_settings: recipes.config_settings ?? {},
    build_requires: recipes.build_requires ?? [],
    build_constraints: recipes.build_constraints ?? [],
    patch: recipes.patch ?? '',
    parallel: Math.min(256, Math.max(1, Math.floor(limits.cpus))),
    limits: { log_max_bytes: Math.max(minLogBytes, limits.log_max_bytes) },
  } satisfies DriverJobInput);
