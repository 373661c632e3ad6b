import { RunnerError, type SystemPackages } from '@ironwheel/plugin-kit';
import { runCommand } from './run-command.ts';

type Environment = Readonly<Record<string, string>>;

/** Asks the package database of this host; null when it has none that is known. */
const findMissing = async (
  { apt, dnf }: SystemPackages,
  environment: Environment,
): Promise<string[] | null> => {
  const missing: string[] = [];
  if ((await runCommand('dpkg-query', ['--version'], environment)).ok) {
    for (const name of apt) {
      const asked = ['-W', '-f', '${Status}', name.split('=')[0] ?? name];
      const { ok, stdout } = await runCommand('dpkg-query', asked, environment);
      if (!ok || !stdout.includes('install ok installed')) missing.push(name);
    }
    return missing;
  }
  if (!(await runCommand('rpm', ['--version'], environment)).ok) return null;
  for (const name of dnf) {
    if (!(await runCommand('rpm', ['-q', '--whatprovides', name], environment)).ok) missing.push(name);
  }
  return missing;
};

/**
 * A bare process installs nothing: what the recipe asks for has to be on the host.
 * @throws {RunnerError} `RECIPE_UNSUPPORTED`, with what is missing.
 */
export async function refuseWhatIsMissing(wanted: SystemPackages, environment: Environment): Promise<void> {
  const { apt, dnf, toolchain = [] } = wanted;
  if (toolchain.length > 0) throw unsupported(toolchain.map((name) => `newer ${name}`));
  if (apt.length + dnf.length === 0) return;
  const missing = (await findMissing(wanted, environment)) ?? [...apt, ...dnf];
  if (missing.length > 0) throw unsupported(missing);
}

const unsupported = (what: readonly string[]): RunnerError =>
  new RunnerError(
    'RECIPE_UNSUPPORTED',
    `a bare process installs nothing, and this host has no ${what.join(', ')}; install it here, or build with runner-podman`,
  );
