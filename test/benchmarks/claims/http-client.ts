import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { target, type BenchWorker } from './claims-stage.ts';
import { KeptConnection, type Answer } from './kept-connection.ts';

export interface HeldClaim {
  readonly attempt_id: string;
  readonly fencing: number;
  readonly attempt_token: string;
}

/** An assertion is used again for this long: the signing is the workers' work, not the controller's. */
const assertionUsedMs = 30_000;

/** Workers on kept connections, which do nothing but ask. */
export class HttpClient {
  readonly #port: number;
  readonly #idle: KeptConnection[] = [];
  readonly #assertions = new Map<string, { readonly text: string; readonly madeAt: number }>();

  constructor(
    url: string,
    private readonly workers: readonly BenchWorker[],
  ) {
    this.#port = Number(new URL(url).port);
  }

  async get(path: string): Promise<void> {
    await this.#ask(`GET ${path} HTTP/1.1\r\n`);
  }

  /** Throws for an answer that is no 200 or 204; null for 204. */
  async post<Body>(path: string, authorization: string, content: unknown): Promise<Body | null> {
    const { status, text } = await this.#ask(
      `POST ${path} HTTP/1.1\r\nauthorization: Bearer ${authorization}\r\ncontent-type: application/json\r\n`,
      JSON.stringify(content),
    );
    if (status === 204) return null;
    if (status >= 300) throw new Error(`POST ${path}: ${status} ${text}`);
    return JSON.parse(text) as Body;
  }

  /** One job for the worker of this lane; throws when there is none. */
  async claim(lane: number, waitS = 0): Promise<HeldClaim> {
    const worker = this.#workerOf(lane);
    const answer = await this.post<{ claims: HeldClaim[] }>(
      `/api/workers/${worker.id}/claim-next`,
      await this.#assertionOf(worker),
      {
        capabilities: {
          python_tags: [target.python_tag],
          platform_tags: [target.platform_tag],
          runner: 'stub',
          free_slots: 1,
        },
        claim_key: randomUUID(),
        wait_s: waitS,
      },
    );
    const claim = answer?.claims[0];
    if (claim === undefined) throw new Error('there was nothing to claim');
    return claim;
  }

  async renew(lane: number, { attempt_id, fencing }: HeldClaim): Promise<void> {
    const authorization = await this.#assertionOf(this.#workerOf(lane));
    await this.post(`/api/attempts/${attempt_id}/renew`, authorization, { fencing, phase: 'build' });
  }

  async sendLog({ attempt_id, attempt_token, fencing }: HeldClaim, chunks: number): Promise<void> {
    const text = 'gcc -c -O2 -fPIC module.c -o module.o\n'.repeat(25);
    for (let seq = 0; seq < chunks; seq += 1) {
      await this.post(`/api/attempts/${attempt_id}/log-chunks`, attempt_token, {
        fencing,
        chunks: [{ seq, offset: seq * text.length, text }],
        final: seq === chunks - 1,
      });
    }
  }

  /** A build that failed by its package: the attempt ends with a decision and a line of history, the job with it. */
  async report({ attempt_id, attempt_token, fencing }: HeldClaim): Promise<void> {
    await this.post(`/api/attempts/${attempt_id}/result`, attempt_token, {
      fencing,
      status: 'failed',
      phase: 'build',
      error: { code: 'BUILD_FAILED', message: 'The compiler failed.', lines: [] },
      exit_code: 1,
      artifacts: [],
      phases: [],
      runner: 'stub',
      duration_s: 1,
      log: { bytes: 0, truncated: false, dropped_bytes: 0 },
    });
  }

  close(): void {
    for (const connection of this.#idle) connection.close();
  }

  async #ask(head: string, body?: string): Promise<Answer> {
    const connection = this.#idle.pop() ?? (await KeptConnection.open(this.#port));
    const answer = await connection.ask(head, body);
    this.#idle.push(connection);
    return answer;
  }

  #workerOf(lane: number): BenchWorker {
    const worker = this.workers[lane % this.workers.length];
    if (worker === undefined) throw new Error('no worker');
    return worker;
  }

  async #assertionOf({ id, privateKey }: BenchWorker): Promise<string> {
    const kept = this.#assertions.get(id);
    if (kept !== undefined && performance.now() - kept.madeAt < assertionUsedMs) return kept.text;
    const text = await new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA', kid: id })
      .setSubject(id)
      .setAudience('ironwheel')
      .setIssuedAt()
      .setExpirationTime('60s')
      .setJti(randomUUID())
      .sign(privateKey);
    this.#assertions.set(id, { text, madeAt: performance.now() });
    return text;
  }
}
