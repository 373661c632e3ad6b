import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Environment } from '@ironwheel/config';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Hands this terminal to another program of Ironwheel and returns its exit code; signals go to it. */
export async function runProgram(nodeArguments: readonly string[], env: Environment): Promise<number> {
  const child = spawn(process.execPath, nodeArguments, { stdio: 'inherit', env: { ...env } });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  // Ctrl-C reaches the whole foreground group, hence the child as well: only outlive it here.
  const ignore = (): void => undefined;
  for (const signal of forwarded)
    process.on(signal, signal === 'SIGINT' && process.stdin.isTTY ? ignore : forward);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  } finally {
    for (const name of forwarded) {
      process.removeListener(name, forward);
      process.removeListener(name, ignore);
    }
  }
}
