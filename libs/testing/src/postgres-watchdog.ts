import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Ends a server, a Postgres if nothing else is said, and removes its directory when this process is gone, however it went:
 * a test runner kills its workers without asking. A shell waits for the end of its standard input, which the kernel
 * closes for us. Returns what calls it off, for a server that has ended before.
 */
export function endWithThisProcess(
  pid: number | undefined,
  directory: string,
  signal: 'QUIT' | 'KILL' = 'QUIT',
): () => void {
  if (pid === undefined) throw new Error('the server has no process id');
  const script =
    'cat >/dev/null; kill -"$3" "$1" 2>/dev/null; while kill -0 "$1" 2>/dev/null; do sleep 0.05; done; rm -rf -- "$2"';
  const child = spawn('/bin/sh', ['-c', script, 'sh', String(pid), directory, signal], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return () => void child.kill('SIGKILL');
}
