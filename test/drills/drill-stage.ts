import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { AttemptView, JobView } from '@ironwheel/contracts';
import { createTestDirectory, removeTestDirectory } from '@ironwheel/testing';
import { repositoryRoot } from '../guards/repository-files.ts';
import { DrillProcess, until } from './drill-process.ts';

const bundle = (name: string): string => join(repositoryRoot, 'dist', name);

/** What a process of a drill sees: nothing of the developer's own settings but path, home, proxies and certificates. */
const baseEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        /^(?:PATH|HOME|LANG|TMPDIR|PIP_\w+|SSL_CERT_\w+|\w+_proxy)$/i.test(entry[0]),
    ),
  );

const findFreePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
};

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}
export type JobDetail = JobView & { readonly attempts: readonly AttemptView[] };

/** A controller and workers of the built programs, on loopback, in a directory of the drill's own. */
export class DrillStage {
  readonly directory = createTestDirectory('drill');
  readonly dataDirectory = join(this.directory, 'data');
  readonly processes: DrillProcess[] = [];
  #port = 0;
  #controller: DrillProcess | null = null;
  #controllerEnv: Readonly<Record<string, string>> = {};

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get controller(): DrillProcess {
    if (this.#controller === null) throw new Error('no controller was started');
    return this.#controller;
  }

  /** Starts the controller, or starts it again on the same data and port, and waits until it is ready. */
  async startController(env: Readonly<Record<string, string>> = this.#controllerEnv): Promise<DrillProcess> {
    if (this.#port === 0) this.#port = await findFreePort();
    this.#controllerEnv = env;
    const controller = this.#start('controller', [bundle('controller/main.mjs')], {
      HTTP_ADDR: `127.0.0.1:${this.#port}`,
      IRONWHEEL_DATA_DIR: this.dataDirectory,
      ...env,
    });
    this.#controller = controller;
    await until(
      'a ready controller',
      async () => {
        if (!controller.isRunning) throw new Error(`the controller ended\n${this.tell()}`);
        const answer = await fetch(`${this.url}/api/health/ready`).catch(() => null);
        return answer?.ok === true;
      },
      () => this.tell(),
    );
    return controller;
  }

  /** Enrols a worker and starts it. Returns its process and the directory of its state. */
  async startWorker(
    name: string,
    env: Readonly<Record<string, string>> = { RUNNER: 'stub' },
  ): Promise<{ process: DrillProcess; state: string }> {
    const state = join(this.directory, name);
    if (!existsSync(join(state, 'worker.json'))) {
      const token = await this.post<{ token: string }>('/api/tokens', {
        name: `enrolment of ${name}`,
        role: 'worker',
        expires_in_s: 600,
      });
      const args = [
        bundle('agent/main.mjs'),
        'enroll',
        '--url',
        this.url,
        '--state-dir',
        state,
        '--name',
        name,
      ];
      const enrolment = this.#start(`enroll ${name}`, args, {}, `${token.body.token}\n`);
      const { code } = await enrolment.ended;
      if (code !== 0) throw new Error(`enrolment ended with ${code}\n${enrolment.lines.join('\n')}`);
    }
    const worker = this.#start(name, [bundle('agent/main.mjs'), 'worker', '--json'], {
      IRONWHEEL_STATE_DIR: state,
      ...env,
    });
    await until(
      `worker ${name}`,
      () => worker.says('The worker is up.'),
      () => this.tell(),
    );
    return { process: worker, state };
  }

  /** The command line of the built program; returns its process. */
  startCommand(...args: string[]): DrillProcess {
    return this.#start(`ironwheel ${args[0] ?? ''}`, [bundle('cli/ironwheel.mjs'), ...args], {
      IRONWHEEL_URL: this.url,
      IRONWHEEL_TOKEN: this.#adminToken(),
    });
  }

  async call<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#adminToken()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body };
  }

  async get<Body>(path: string): Promise<Body> {
    const { status, body } = await this.call<Body>('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async post<Body>(path: string, body: unknown): Promise<Answer<Body>> {
    const answer = await this.call<Body>('POST', path, body);
    if (answer.status >= 300)
      throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** Queues a job for the stub runner, each of whose steps takes `stepMs`. */
  async enqueueStub(name: string, stepMs: number): Promise<string> {
    const { body } = await this.post<{ job_id: string }>('/api/queue/enqueue', {
      package: name,
      version: '1.0',
      python_tag: 'cp312',
      platform_tag: 'linux_x86_64',
      recipes: { env: { IRONWHEEL_STUB: JSON.stringify({ delayMs: stepMs }) } },
    });
    return body.job_id;
  }

  async jobs(): Promise<JobView[]> {
    return (await this.get<{ items: JobView[] }>('/api/jobs?limit=500')).items;
  }

  job(jobId: string): Promise<JobDetail> {
    return this.get<JobDetail>(`/api/jobs/${jobId}`);
  }

  /** Process id of the embedded Postgres, from the lock file in this drill's own data directory. */
  postgresPid(): number | null {
    const places = [join(this.dataDirectory, 'postgres')];
    const note = join(this.dataDirectory, 'postgres-place.json');
    if (existsSync(note)) places.push((JSON.parse(readFileSync(note, 'utf8')) as { base: string }).base);
    for (const place of places) {
      const file = join(place, 'data', 'postmaster.pid');
      if (existsSync(file)) return Number(readFileSync(file, 'utf8').split('\n')[0]);
    }
    return null;
  }

  /** Directories of the attempts that a worker keeps. */
  attemptsOf(state: string): string[] {
    const attempts = join(state, 'attempts');
    return existsSync(attempts) ? readdirSync(attempts).map((name) => join(attempts, name)) : [];
  }

  tell(): string {
    return this.processes.map(({ name, lines }) => `--- ${name}\n${lines.slice(-25).join('\n')}`).join('\n');
  }

  /** Ends everything that this stage started, workers first, and removes its directory. */
  async close(): Promise<void> {
    for (const started of this.processes.toReversed()) {
      if (started === this.#controller) continue;
      if (started.isRunning) {
        started.signal('SIGTERM');
        started.signal('SIGTERM');
      }
      await until(`the end of ${started.name}`, () => !started.isRunning).catch(() => started.kill());
    }
    // A controller that was killed left its Postgres running: only a controller ends it cleanly.
    if (this.#controller !== null) {
      if (!this.#controller.isRunning && this.postgresPid() !== null)
        await this.startController().catch(() => null);
      this.#controller.signal('SIGTERM');
      await until('the end of the controller', () => !this.controller.isRunning).catch(() =>
        this.controller.kill(),
      );
    }
    removeTestDirectory(this.directory);
  }

  #adminToken(): string {
    return readFileSync(join(this.dataDirectory, 'admin-token'), 'utf8').trim();
  }

  #start(
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    stdin = '',
  ): DrillProcess {
    const started = new DrillProcess(name, args, { ...baseEnvironment(), ...env }, stdin);
    this.processes.push(started);
    return started;
  }
}
