import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@ironwheel/logging';
import pg from 'pg';
import { Agent, fetch, type RequestInit, type Response } from 'undici';
import { v7 } from 'uuid';
import { toClientOptions } from '../../../apps/controller/src/platform/database/connection.ts';
import { EmbeddedPostgres } from '../../../apps/controller/src/platform/database/embedded/embedded-postgres.ts';
import { nodeFlags } from '../../../apps/cli/src/bundle-paths.ts';
import { endWithThisProcess } from '../../../libs/testing/src/postgres-watchdog.ts';
import type { SimulatedAgent } from './fleet-messages.ts';
import { withFiles } from './simulation.ts';
import { TlsProxy } from './tls-proxy.ts';

export const token = 'benchmark-token-of-a-throwaway-controller';

/** A Postgres with the settings of every controller, and a controller beside it that can be started and stopped. */
export class BenchStage {
  controller: ChildProcess | null = null;
  #dispatcher = new Agent();
  readonly #port = 20_000 + (process.pid % 10_000);
  #proxy: TlsProxy | null = null;

  private constructor(
    readonly directory: string,
    readonly postgres: EmbeddedPostgres,
    readonly pool: pg.Pool,
  ) {}

  static async open(): Promise<BenchStage> {
    const directory = mkdtempSync(join(tmpdir(), 'iw-bench-fleet-'));
    chmodSync(directory, 0o711);
    const postgres = await EmbeddedPostgres.start({
      dataDirectory: directory,
      logger: createLogger({ service: 'bench', level: 'error', pretty: false }),
    });
    // However this benchmark ends, nothing of it stays.
    endWithThisProcess(postgres.pid, directory);
    const pool = new pg.Pool({ ...toClientOptions(postgres.connection, 'ironwheel-bench'), max: 2 });
    return new BenchStage(directory, postgres, pool);
  }

  get databaseUrl(): string {
    const { user, password, host, database } = this.postgres.connection;
    return `postgres://${user}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(host)}`;
  }

  /** Of the controller itself, or of the proxy before it. */
  url(isTls: boolean): string {
    const port = this.#proxy === null ? this.#port : this.#port + 1;
    return `${isTls ? 'https' : 'http'}://localhost:${port}`;
  }

  startProxy(certificate: { readonly cert: string; readonly key: string }, files: number): void {
    const [port, controllerPort] = [this.#port + 1, this.#port];
    const directory = join(this.directory, 'proxy');
    mkdirSync(directory);
    this.#proxy = TlsProxy.start({ directory, certificate, port, controllerPort, files });
    endWithThisProcess(this.#proxy.child.pid, directory);
  }

  get proxyPid(): number | null {
    return this.#proxy?.child.pid ?? null;
  }

  /** A certificate for localhost; its path without the ending. */
  makeCertificate(): { readonly cert: string; readonly key: string; readonly pem: string } {
    const [cert, key] = [join(this.directory, 'tls.crt'), join(this.directory, 'tls.key')];
    const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', ['req', '-x509', ...options, ...names, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    const pem = readFileSync(cert, 'utf8');
    this.#dispatcher = new Agent({ connect: { ca: pem } });
    return { cert, key, pem };
  }

  call(url: string, init: RequestInit = {}): Promise<Response> {
    return fetch(url, { ...init, dispatcher: this.#dispatcher });
  }

  async startController(env: Readonly<Record<string, string>>): Promise<void> {
    const [file, args] = withFiles([...nodeFlags.controller, join('dist', 'controller', 'main.mjs')]);
    const child = spawn(file, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        CONTROL_PLANE_TOKEN: token,
        DATABASE_URL: this.databaseUrl,
        IRONWHEEL_DATA_DIR: join(this.directory, 'controller'),
        HTTP_ADDR: `127.0.0.1:${this.#port}`,
        LOG_LEVEL: 'warn',
        AGENT_CONNECTIONS_MAX: '1000000',
        AGENT_CONNECTIONS_PER_ADDRESS_MAX: '1000000',
        ...env,
      },
    });
    this.controller = child;
    const ended = once(child, 'close');
    const url = `${'TLS_CERT_FILE' in env ? 'https' : 'http'}://localhost:${this.#port}`;
    for (;;) {
      const answer = await Promise.race([
        this.call(`${url}/api/health/live`).catch(() => null),
        ended.then(() => {
          throw new Error('the controller ended before it was ready');
        }),
      ]);
      if (answer?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stopController(signal: NodeJS.Signals): Promise<void> {
    if (this.controller === null) return;
    const ended = once(this.controller, 'close');
    this.controller.kill(signal);
    await ended;
    this.controller = null;
  }

  /** Servers with an enrolled agent each; those of an earlier part are gone. */
  async enrollAgents(count: number): Promise<SimulatedAgent[]> {
    await this.pool.query(
      'TRUNCATE servers, agents, agent_links, link_controllers, commands, workers CASCADE',
    );
    const agents = Array.from({ length: count }, (_, index) => {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      });
      return {
        agentId: `agt_${v7()}`,
        serverId: `srv_${v7()}`,
        name: `host-${index}`,
        publicKey,
        privateKey,
      };
    });
    await this.pool.query(
      `WITH given AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS g ("agentId" text, "serverId" text, name text, "publicKey" text)),
       made AS (INSERT INTO servers (id, name, pool, created_by) SELECT "serverId", name, 'default', 'bench' FROM given)
       INSERT INTO agents (id, server_id, public_key, machine_id, hostname, version)
       SELECT "agentId", "serverId", "publicKey", substr("agentId", 5), name, '0.1.0' FROM given`,
      [
        JSON.stringify(
          agents.map(({ agentId, serverId, name, publicKey }) => ({ agentId, serverId, name, publicKey })),
        ),
      ],
    );
    return agents.map(({ agentId, privateKey }) => ({ agentId, privateKey }));
  }

  /** Agents whose last beat in the table is no older. */
  async countFresh(seconds: number): Promise<number> {
    const { rows } = await this.pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM agents WHERE last_seen_at > now() - make_interval(secs => $1)',
      [seconds],
    );
    return rows[0]?.count ?? 0;
  }

  async close(): Promise<void> {
    await this.stopController('SIGKILL');
    await this.#proxy?.stop();
    await this.pool.end();
    await this.postgres.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
