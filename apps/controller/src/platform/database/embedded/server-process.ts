import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StructuredLogger } from '@ironwheel/logging';
import type { ClusterPlace } from './cluster-place.ts';
import { spawnIdentity, type DatabaseUser } from './database-user.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

export interface ServerOptions {
  readonly binaries: PostgresBinaries;
  readonly place: ClusterPlace;
  readonly user: DatabaseUser | null;
  /** Further `name=value` settings. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines that it wrote. */
  readonly lastLines: readonly string[];
}

const fixedSettings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  port: '5432',
  max_connections: '120',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_line_prefix: '',
  jit: 'off',
};

/** One run of the `postgres` program. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #lastLines: string[] = [];
  /** Resolves when the server takes connections; false when it ended first. */
  readonly ready: Promise<boolean>;
  readonly exited: Promise<ServerExit>;

  constructor(options: ServerOptions, logger: StructuredLogger) {
    const settings = { ...fixedSettings, ...options.settings, unix_socket_directories: options.place.socket };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // A session of its own: Ctrl-C on the terminal is for the controller, which then stops Postgres in order.
    this.#child = spawn(join(options.binaries.bin, 'postgres'), ['-D', options.place.data, ...args], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      ...spawnIdentity(options.user),
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#lastLines.push(error.message);
        resolve({ code: null, signal: null, lastLines: this.#lastLines });
      });
      this.#child.once('exit', (code, signal) => resolve({ code, signal, lastLines: this.#lastLines }));
    });
    this.ready = this.#watchOutput(logger);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** SIGINT: fast shutdown, a checkpoint included. SIGQUIT: at once, with recovery at the next start. */
  signal(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  #watchOutput(logger: StructuredLogger): Promise<boolean> {
    return new Promise((resolve) => {
      const { stderr } = this.#child;
      if (stderr === null) throw new Error('the child has no standard error');
      createInterface({ input: stderr }).on('line', (line) => {
        this.#lastLines.push(line);
        if (this.#lastLines.length > 20) this.#lastLines.shift();
        if (line.includes('database system is ready to accept connections')) resolve(true);
        if (/^(?:FATAL|PANIC|WARNING):/.test(line)) logger.warn('Postgres reports a problem', { line });
        else logger.debug('Postgres says', { line });
      });
      void this.exited.then(() => resolve(false));
    });
  }
}
