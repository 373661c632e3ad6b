import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { findFreePort } from './free-port.ts';
import { createTestDirectory, removeTestDirectory } from './postgres.ts';
import { endWithThisProcess } from './postgres-watchdog.ts';

/** A private Redis on a free loopback port, with a data directory of its own. */
export interface TestRedis {
  readonly url: string;
  /** `kill -9`. Without `persistent` everything is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const readyMs = 30_000;

/** Is there a `redis-server` on the path? */
export const hasRedisServer = (): boolean =>
  spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

export async function startRedis(options: { readonly persistent?: boolean } = {}): Promise<TestRedis> {
  const directory = createTestDirectory('redis');
  const port = await findFreePort();
  let child: ChildProcess | null = null;
  let callOff = (): void => undefined;
  const kill = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGKILL');
    await new Promise((resolve) => running.once('close', resolve));
    callOff();
  };
  const start = async (): Promise<void> => {
    const settings = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--save', ''];
    child = spawn('redis-server', [...settings, '--appendonly', options.persistent === true ? 'yes' : 'no'], {
      stdio: 'ignore',
    });
    callOff = endWithThisProcess(child.pid, directory, 'KILL');
    const ended = new Promise<never>((_, reject) =>
      child?.once('close', (code) => reject(new Error(`redis-server ended with ${String(code)}`))),
    );
    ended.catch(() => undefined);
    await Promise.race([waitForPort(port), ended]);
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    close: async () => {
      await kill();
      removeTestDirectory(directory);
    },
  };
}

/** Resolves when something listens there; throws after half a minute. */
export async function waitForPort(port: number, patienceMs = readyMs): Promise<void> {
  for (const end = Date.now() + patienceMs; ;) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isUp) return;
    if (Date.now() > end) throw new Error(`nothing listens on port ${port}`);
    await pause(25);
  }
}
