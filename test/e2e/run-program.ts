import { execa } from 'execa';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../', import.meta.url));
export const cliScript = fileURLToPath(new URL('../../dist/cli/ironwheel.mjs', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; a code other than 0 is an answer, not an error. */
export async function runProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  const result = await execa(file, [...args], {
    env: { ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 280_000,
  });
  const code = result.exitCode ?? -1;
  return { code, stdout: result.stdout, stderr: result.stderr };
}

/** The machine's own environment without settings of Ironwheel; pip's settings stay, since builds use them. */
export function machineEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) => !/^(?:IRONWHEEL_|CONTROL_PLANE_|WORKER_|DATABASE_|INDEX_|NODE_OPTIONS|VITEST)/.test(key),
    ),
  );
}
