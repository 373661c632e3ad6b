import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take long for their size, longest first. On a fresh clone vitest knows sizes only, and whatever begins
 * last and takes long keeps one worker waiting for the other.
 */
export const longestFiles: readonly string[] = [
  'apps/agent/src/worker/worker.spec.ts',
  'apps/agent/src/agent-commands.spec.ts',
  'apps/agent/src/worker/direct/direct-worker.spec.ts',
  'build-driver/driver.int.spec.ts',
  'apps/agent/src/worker/worker-builds.int.spec.ts',
  'plugins/runner-process/src/process-runner.int.spec.ts',
  'apps/controller/src/platform/database/embedded/embedded-postgres.int.spec.ts',
  'apps/controller/src/work/plans/serve-inputs.int.spec.ts',
  'build-driver/git-source.int.spec.ts',
  'build-driver/fetch.int.spec.ts',
  'apps/controller/src/package-index/installers.int.spec.ts',
  'apps/controller/src/work/plans/plan-faults.int.spec.ts',
  'build-driver/recipe.int.spec.ts',
];

/** Starts those that are known to take long first; all others come in the order that vitest itself chooses. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = longestFiles.indexOf(relative(this.ctx.config.root, moduleId));
      return place === -1 ? longestFiles.length : place;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
