import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';

/** Another controller works in this data directory. */
export class DataDirectoryInUseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DataDirectoryInUseError';
  }
}

/** Makes the directory if need be. Others may pass through it (the database's user must), but not list or read it. */
export function makeDataDirectory(path: string): string {
  const directory = resolve(path);
  if (!existsSync(directory)) {
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, process.getuid?.() === 0 ? 0o711 : 0o700);
  }
  return realpathSync(directory);
}

/**
 * One controller for one data directory. The lock is an abstract unix socket named after the directory: the kernel
 * grants it to one process only and takes it back when that process dies, however it dies. The file `controller.lock`
 * only tells people who holds it.
 */
export class DataDirectoryLock {
  readonly #server: Server;
  readonly #file: string;

  private constructor(server: Server, file: string) {
    this.#server = server;
    this.#file = file;
  }

  /** Throws `DataDirectoryInUseError` when another process holds it. */
  static async acquire(directory: string): Promise<DataDirectoryLock> {
    const file = join(directory, 'controller.lock');
    const key = createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 40);
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((done, fail) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        fail(
          error.code === 'EADDRINUSE' ? new DataDirectoryInUseError(describeHolder(directory, file)) : error,
        ),
      );
      server.listen(`\0ironwheel-${key}`, done);
    });
    server.unref();
    writeFileSync(
      file,
      `${JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() })}\n`,
      {
        mode: 0o600,
      },
    );
    return new DataDirectoryLock(server, file);
  }

  async release(): Promise<void> {
    rmSync(this.#file, { force: true });
    await new Promise((done) => this.#server.close(done));
  }
}

function describeHolder(directory: string, file: string): string {
  let holder = 'another process';
  try {
    const { pid, since } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: unknown; since?: unknown };
    holder = `the controller with process id ${String(pid)}, started ${String(since)}`;
  } catch (error) {
    // The holder may be writing the file at this moment; the answer is the same without its name.
    if (!(error instanceof Error)) throw error;
  }
  return `The data directory ${directory} is in use by ${holder}. Stop it, or give this one another IRONWHEEL_DATA_DIR.`;
}
