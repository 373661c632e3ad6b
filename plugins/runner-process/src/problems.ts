import type { InterpreterDescription, RunnerProbe } from '@ironwheel/plugin-kit';
import type { BuildUserChoice } from './build-user.ts';
import type { RunnerProcessConfig } from './config.ts';
import type { Isolation } from './isolation.ts';

/** Everything that does not work or is not enforced here, each with what to do. */
export const describeProblems = (
  config: RunnerProcessConfig,
  driver: string | null,
  interpreters: readonly InterpreterDescription[],
  { isolation, user }: { readonly isolation: Isolation; readonly user: BuildUserChoice },
): RunnerProbe['problems'] => {
  const problems: { code: string; text: string }[] = [];
  const add = (code: string, text: string): number => problems.push({ code, text });
  if (!config.allow) {
    add(
      'RUNNER_NOT_ALLOWED',
      'A bare process contains no build; use runner-podman, or allow this one knowingly.',
    );
  }
  if (driver === null) add('DRIVER_MISSING', 'The build driver was not found; name its directory.');
  if (driver !== null && interpreters.length === 0) {
    add(
      'INTERPRETER_MISSING',
      `None of ${config.interpreters.join(', ')} could be run; install Python 3.9 or later.`,
    );
  }
  for (const one of interpreters.filter(({ compiler }) => !compiler)) {
    add('COMPILER_MISSING', `No C compiler for ${one.python_tag}: only pure packages can be built.`);
  }
  if (!isolation.networkOff) {
    add('NETWORK_NOT_OFF', `The network cannot be switched off for builds (unshare: ${isolation.why}).`);
  }
  if (user.why !== null) add('BUILDS_AS_ROOT', `Builds run as root, since ${user.why}.`);
  if (user.user === null)
    add('PIDS_NOT_ENFORCED', 'The number of processes is not limited without a build user.');
  add('CPU_NOT_ENFORCED', 'A bare process may use every processor.');
  add('FILESYSTEM_NOT_ENFORCED', 'A bare process sees the files of this host that its user can read.');
  return problems;
};
