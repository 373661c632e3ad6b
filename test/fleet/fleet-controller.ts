import { mkdirSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { AttemptView, JobView, ServerView, WorkerView } from '@ironwheel/contracts';
import { DrillProcess, until } from '../drills/drill-process.ts';
import { repositoryRoot } from '../guards/repository-files.ts';
import { runCommand, type Finished } from './run-command.ts';
import { makeCertificate, type Certificate } from './self-made-certificate.ts';

const bundle = (name: string): string => join(repositoryRoot, 'dist', name);

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}
export type JobDetail = JobView & { readonly attempts: readonly AttemptView[] };

/** Path, language, proxies and certificates of this machine; nothing of a developer's own settings. */
const baseEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && /^(?:PATH|LANG|TMPDIR)$/.test(entry[0]),
    ),
  );

/** The controller of the built program on this machine, behind TLS with a certificate that no host knows. */
export class FleetController {
  /** As this machine reaches it. */
  readonly url: string;
  /** As hosts reach it. */
  readonly publicUrl: string;
  readonly dataDirectory: string;
  readonly certificate: Certificate;
  readonly #home: string;
  readonly #runs: DrillProcess[] = [];
  #environment: Readonly<Record<string, string>> = {};

  constructor(
    directory: string,
    readonly address: string,
    readonly port: number,
    publicAddress: string = address,
  ) {
    this.url = `https://${address}:${port}`;
    this.publicUrl = `https://${publicAddress}:${port}`;
    this.dataDirectory = join(directory, 'data');
    this.#home = join(directory, 'home');
    mkdirSync(this.#home, { recursive: true });
    this.certificate = makeCertificate(directory, [...new Set([address, publicAddress])]);
  }

  /** Starts it, or starts it again on the same data and address, and waits until it is ready. */
  async start(environment: Readonly<Record<string, string>> = this.#environment): Promise<void> {
    this.#environment = environment;
    // Ends with this process, whatever ends that.
    const args = ['--pdeathsig', 'TERM', process.execPath, bundle('controller/main.mjs')];
    const settings = {
      HTTP_ADDR: `${this.address}:${this.port}`,
      PUBLIC_URL: this.publicUrl,
      TLS_CERT_FILE: this.certificate.cert,
      TLS_KEY_FILE: this.certificate.key,
      IRONWHEEL_DATA_DIR: this.dataDirectory,
      HOME: this.#home,
    };
    const run = new DrillProcess(
      'controller',
      args,
      { ...baseEnvironment(), ...settings, ...environment },
      '',
      'setpriv',
    );
    this.#runs.push(run);
    await until(
      'a ready controller',
      async () => {
        if (!run.isRunning) throw new Error(`the controller ended\n${this.tell()}`);
        return (await this.call('GET', '/api/health/ready').catch(() => null))?.status === 200;
      },
      () => this.tell(),
    );
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const run = this.#runs.at(-1);
    if (run?.isRunning !== true) return;
    run.signal(signal);
    await run.ended;
  }

  /** Calls the API as the administrator. */
  call<Body>(
    method: string,
    path: string,
    body?: unknown,
    accept = 'application/json',
  ): Promise<Answer<Body>> {
    const token = this.#findAdminToken();
    return new Promise((resolve, reject) => {
      const headers = {
        accept,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const ca = readFileSync(this.certificate.cert);
      const asked = request(this.url + path, { method, headers, ca, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('error', reject);
        response.once('end', () => {
          const isJson = response.headers['content-type']?.includes('json') === true;
          const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : text;
          resolve({ status: response.statusCode ?? 0, body: parsed as Body });
        });
      });
      asked.once('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async get<Body>(path: string): Promise<Body> {
    const { status, body } = await this.call<Body>('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async post<Body>(path: string, body: unknown = {}): Promise<Body> {
    const answer = await this.call<Body>('POST', path, body);
    if (answer.status >= 300)
      throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** The log of an attempt as its lines. */
  async log(attemptId: string): Promise<string[]> {
    const { status, body } = await this.call<string>(
      'GET',
      `/api/attempts/${attemptId}/log`,
      undefined,
      'text/plain',
    );
    if (status !== 200) throw new Error(`log of ${attemptId}: ${status} ${body}`);
    return body.split('\n');
  }

  /** The command line, as an operator on this machine would use it. */
  command(...args: string[]): Promise<Finished> {
    return runCommand(process.execPath, [bundle('cli/ironwheel.mjs'), ...args], {
      env: {
        IRONWHEEL_URL: this.url,
        IRONWHEEL_TOKEN: this.#findAdminToken() ?? '',
        NODE_EXTRA_CA_CERTS: this.certificate.cert,
        HOME: this.#home,
      },
      timeoutMs: 300_000,
    });
  }

  server = (id: string): Promise<ServerView> => this.get(`/api/servers/${id}`);
  worker = (id: string): Promise<WorkerView> => this.get(`/api/workers/${id}`);
  job = (id: string): Promise<JobDetail> => this.get(`/api/jobs/${id}`);

  tell(): string {
    return this.#runs.map(({ lines }) => `--- controller\n${lines.slice(-40).join('\n')}`).join('\n');
  }

  /** Whether it ever logged this. */
  says(text: string): boolean {
    return this.#runs.some((run) => run.says(text));
  }

  #findAdminToken(): string | null {
    try {
      return readFileSync(join(this.dataDirectory, 'admin-token'), 'utf8').trim();
    } catch {
      return null;
    }
  }
}
