import type { Claim } from '@ironwheel/contracts';
import { networkSteps, type DriverStep, type SystemPackages } from '@ironwheel/plugin-kit';

/** The job context of seed 002; the recipe's environment only where code of the package runs, never near the network. */
export const toStepEnvironment = (claim: Claim, step: DriverStep): Record<string, string> => ({
  ...(networkSteps.includes(step) ? {} : claim.recipes.env),
  JOB_NAME: claim.job.name,
  JOB_VERSION: claim.job.version,
  PYTHON_TAG: claim.job.python_tag,
  PLATFORM_TAG: claim.job.platform_tag,
  // A patch is for the driver, and longer than a variable may be.
  RECIPES: JSON.stringify({ ...claim.recipes, patch: undefined }),
});

/** What of a recipe the runner has to put into the place of the build. */
export const toSystemPackages = ({
  apt,
  dnf,
  repositories = [],
  toolchain = [],
}: Claim['recipes']): SystemPackages => ({ apt, dnf, repositories, toolchain });
