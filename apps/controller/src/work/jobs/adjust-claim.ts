import type { BuildLimits, JobAdjustment, Recipes } from '@ironwheel/contracts';
import type { Adjustment } from '@ironwheel/decisions';

/** What a decision changed, as the row of the job and the claim hold it. */
export const toJobAdjustment = (adjustment: Adjustment): JobAdjustment => ({
  ...(adjustment.memoryBytes === undefined ? {} : { memory_bytes: adjustment.memoryBytes }),
  ...(adjustment.jobs === undefined ? {} : { jobs: adjustment.jobs }),
  ...(adjustment.diskBytes === undefined ? {} : { disk_bytes: adjustment.diskBytes }),
  ...(adjustment.buildTimeoutS === undefined ? {} : { build_timeout_s: adjustment.buildTimeoutS }),
  ...(adjustment.idleOutputS === undefined ? {} : { idle_output_s: adjustment.idleOutputS }),
});

/** What a build may use, with what was found out about its job. */
export const adjustLimits = (limits: BuildLimits, adjustment: JobAdjustment): BuildLimits => ({
  ...limits,
  phase_timeout_s: {
    ...limits.phase_timeout_s,
    build: adjustment.build_timeout_s ?? limits.phase_timeout_s.build,
  },
  idle_output_s: adjustment.idle_output_s ?? limits.idle_output_s,
  memory_bytes: adjustment.memory_bytes ?? limits.memory_bytes,
  cpus: adjustment.jobs ?? limits.cpus,
  disk_bytes: adjustment.disk_bytes ?? limits.disk_bytes,
});

/** What build tools go by that ask for a number of jobs, whatever a recipe says. */
const jobVariables = ['MAX_JOBS', 'CMAKE_BUILD_PARALLEL_LEVEL', 'CARGO_BUILD_JOBS', 'NPY_NUM_BUILD_JOBS'];

/** The recipes of a job; one that builds with fewer jobs says so to its build tools. */
export function adjustRecipes(recipes: Recipes, { jobs }: JobAdjustment): Recipes {
  if (jobs === undefined) return recipes;
  const variables = Object.fromEntries(jobVariables.map((name) => [name, String(jobs)]));
  return { ...recipes, env: { ...recipes.env, ...variables, MAKEFLAGS: `-j${jobs}` } };
}
