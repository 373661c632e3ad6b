import { guessCause } from '@ironwheel/decisions';
import { describe, expect, it } from 'vitest';
import { filesEndingIn, readText } from './repository-files.ts';

const codesIn = (paths: readonly string[], pattern: RegExp): string[] => [
  ...new Set(
    paths.flatMap((path) =>
      [...readText(path).matchAll(pattern)].flatMap(([, code]) => (code === undefined ? [] : [code])),
    ),
  ),
];
const isSource = (path: string): boolean => !path.endsWith('.spec.ts');
const sources: [who: string, codes: string[]][] = [
  [
    'the build driver',
    codesIn(
      filesEndingIn('.py').filter((path) => path.startsWith('build-driver/') && !path.includes('/fixtures/')),
      /(?:StepFailed\(\s*|"code":\s*)"([A-Z][A-Z0-9_]+)"/g,
    ),
  ],
  [
    'the runners',
    codesIn(
      filesEndingIn('.ts').filter((path) => path.startsWith('plugins/runner-') && isSource(path)),
      /(?:new RunnerError|\bfailed)\(\s*'([A-Z][A-Z0-9_]+)'/g,
    ),
  ],
  [
    "the worker's attempts",
    codesIn(
      filesEndingIn('.ts').filter(
        (path) => path.startsWith('apps/agent/src/worker/attempt/') && isSource(path),
      ),
      /(?:\bfail\(|\bfailPhase\(\s*[\w.]+,|\bcode:|\bcode :)\s*'([A-Z][A-Z0-9_]+)'/g,
    ),
  ],
];

/** The step gave no reason, so the exit code has to say it; `guessCause` looks at that when the code tells nothing. */
const leftToExitCode = ['STEP_FAILED'];

/** A code without a cause counts as `unknown`, and a failure that nothing explains is tried again in vain. */
describe.each(sources)('the codes of %s', (_who, codes) => {
  it('are found', () => {
    expect(codes.length).toBeGreaterThan(2);
  });

  it('each have a cause', () => {
    const without = codes.filter(
      (errorCode) =>
        !leftToExitCode.includes(errorCode) &&
        guessCause({ status: 'failed', phase: 'build', errorCode, exitCode: 1 }) === 'unknown',
    );
    expect(without).toEqual([]);
  });
});
