import type { Claim } from '@ironwheel/contracts';
import { networkSteps, type DriverStep } from '@ironwheel/plugin-kit';

/** The job context of seed 002; the recipe's environment only where code of the package runs, never near the network. */
export const toStepEnvironment = (claim: Claim, step: DriverStep): Record<string, string> => ({
  ...(networkSteps.includes(step) ? {} : claim.recipes.env),
  JOB_NAME: claim.job.name,
  JOB_VERSION: claim.job.version,
  PYTHON_TAG: claim.job.python_tag,
  PLATFORM_TAG: claim.job.platform_tag,
  RECIPES: JSON.stringify(claim.recipes),
});
