import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Ends a Postgres and removes its directory when this process is gone, however it went: a test runner kills its
 * workers without asking. A shell waits for the end of its standard input, which the kernel closes for us.
 */
export function endWithThisProcess(pid: number | undefined, directory: string): void {
  if (pid === undefined) throw new Error('the server has no process id');
  const script =
    'cat >/dev/null; kill -QUIT "$1" 2>/dev/null; while kill -0 "$1" 2>/dev/null; do sleep 0.05; done; rm -rf -- "$2"';
  const child = spawn('/bin/sh', ['-c', script, 'sh', String(pid), directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
}
