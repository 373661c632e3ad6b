import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  claimNextSchema,
  computePlanSchema,
  enrollSchema,
  heartbeatSchema,
  logChunksSchema,
  renewSchema,
  resultSchema,
  sha256Schema,
  type Heartbeat,
} from '@ironwheel/contracts';
import { importSPKI, jwtVerify } from 'jose';
import type { z } from 'zod';
import { FakeClaims, type FakeAttempt } from './fake-controller-claims.ts';
import { cutConnection, FaultPlan } from './fake-controller-faults.ts';

export { FakeAttempt, type FakeJob } from './fake-controller-claims.ts';
export type { FaultKind } from './fake-controller-faults.ts';

/** Longest wait of `until`, in milliseconds: a test that waits in vain fails with the name of what it waited for. */
const patienceMs = 30_000;

class FakeRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly more: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}

interface FakeWorker {
  readonly workerId: string;
  readonly name: string;
  readonly publicKey: string;
}

/**
 * The worker endpoints of a controller on loopback: real HTTP, bodies checked by the contract's schemas, signatures and
 * attempt tokens checked, and faults that can be switched on. It keeps all it was told, for tests to look at.
 */
export class FakeController {
  readonly claims = new FakeClaims();
  readonly faults = new FaultPlan();
  readonly heartbeats: Heartbeat[] = [];
  readonly workers = new Map<string, FakeWorker>();
  /** Method and path of every request that arrived, also of those that met a fault. */
  readonly calls: string[] = [];
  /** Bytes of `GET /attempts/{id}/source`. */
  source = Buffer.alloc(0);
  enrollmentToken = 'enrol-0123456789abcdefghij';
  /** Bearer that is taken in place of a signed assertion. */
  workerToken = 'iw_fake-worker-token-0123456789abcdef';
  desiredState: 'active' | 'paused' | 'draining' = 'active';
  quarantined = false;
  heartbeatIntervalS = 1;
  /** Added to the fake's clock, in milliseconds: `Date` headers and the check of assertions. */
  clockShiftMs = 0;
  readonly #server: Server;
  #watchers: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('checkContinue', (_request, response: ServerResponse) => response.writeContinue());
  }

  static async start(): Promise<FakeController> {
    const fake = new FakeController();
    await fake.listen(0);
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get attempts(): readonly FakeAttempt[] {
    return [...this.claims.attempts.values()];
  }

  /** Listens again, after `goAway`, on the port it had. */
  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  /** Stops listening and cuts every connection; answers the port for `listen`. */
  async goAway(): Promise<number> {
    const { port } = this;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    return port;
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.goAway();
  }

  /** Resolves with the first value that is not null, undefined or false; looks again after every request. */
  async until<T>(what: string, find: () => T | null | undefined | false, withinMs = patienceMs): Promise<T> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const found = find();
      if (found !== null && found !== undefined && found !== false) return found;
      if (Date.now() > deadline)
        throw new Error(`waited in vain for: ${what}; calls: ${this.calls.slice(-8).join(', ')}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#watchers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #changed(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const wake of watchers) wake();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    this.calls.push(`${request.method ?? ''} ${path}`);
    const fault = this.faults.take(path);
    response.setHeader('date', new Date(Date.now() + this.clockShiftMs).toUTCString());
    try {
      if (fault === 'cut') {
        cutConnection(request, response);
        return;
      }
      if (fault === 'unavailable') throw new FakeRefusal(503, 'SERVICE_UNAVAILABLE', 'switched on');
      if (fault === 'unauthorized') throw new FakeRefusal(401, 'AUTH_REQUIRED', 'switched on');
      const body = await this.#route(request, path, response);
      if (fault === 'drop-answer' || response.destroyed) {
        cutConnection(request, response);
      } else if (body instanceof Buffer) {
        response.writeHead(200, {
          'content-type': 'application/octet-stream',
          'content-length': body.length,
        });
        response.end(body);
      } else {
        response.writeHead(body === null ? 204 : 200, { 'content-type': 'application/json' });
        response.end(body === null ? undefined : JSON.stringify(body));
      }
    } catch (error) {
      // A worker that is killed hangs up before what it sent is read.
      if (error === request.errored) return;
      if (!(error instanceof FakeRefusal)) throw error;
      response.writeHead(error.status, {
        'content-type': 'application/json',
        ...(error.status === 503 ? { 'retry-after': '0' } : {}),
      });
      const told = { error: error.code, detail: error.message, correlation_id: 'fake-correlation' };
      response.end(JSON.stringify({ ...told, ...error.more }));
    } finally {
      this.#changed();
    }
  }

  async #route(request: IncomingMessage, path: string, response: ServerResponse): Promise<unknown> {
    const [, area, id = '', verb = '', name = ''] =
      /^\/api\/([a-z]+)(?:\/([^/]+))?(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
    const what = `${request.method ?? ''} ${area ?? ''}/${area === 'attempts' || (area === 'workers' && verb !== '') ? verb : id}`;
    switch (what) {
      case 'POST agent/enroll':
        return this.#enroll(await readJson(request, enrollSchema));
      case 'POST workers/heartbeat':
        await this.#checkWorker(request);
        this.heartbeats.push(await readJson(request, heartbeatSchema));
        return {
          heartbeat_interval_s: this.heartbeatIntervalS,
          desired_state: this.desiredState,
          quarantined: this.quarantined,
        };
      case 'POST workers/claim-next':
        await this.#checkWorker(request);
        return this.#claimNext(request, response);
      case 'POST attempts/renew':
        await this.#checkWorker(request);
        return this.#renew(this.#find(id), await readJson(request, renewSchema));
      case 'GET attempts/source':
        this.#checkAttempt(request, id);
        return this.source;
      case 'POST attempts/log-chunks':
        return this.#takeLog(this.#checkAttempt(request, id), await readJson(request, logChunksSchema));
      case 'PUT attempts/artifacts':
        return this.#store(this.#checkAttempt(request, id), decodeURIComponent(name), request);
      case 'POST attempts/result':
        return this.#takeResult(this.#checkAttempt(request, id), await readJson(request, resultSchema));
      case 'POST plan/compute':
        await this.#checkWorker(request);
        await readJson(request, computePlanSchema);
        return { run_id: 'run-of-the-fake', plan: [], nodes: [] };
      default:
        throw new FakeRefusal(404, 'ROUTE_NOT_FOUND', `${request.method ?? ''} ${path}`);
    }
  }

  #enroll(body: z.output<typeof enrollSchema>): unknown {
    if (body.enrollment_token !== this.enrollmentToken) {
      throw new FakeRefusal(403, 'ENROLLMENT_REFUSED', 'the token is not known');
    }
    const workerId = `wrk_00000000-0000-7000-8000-${String(this.workers.size + 1).padStart(12, '0')}`;
    this.workers.set(workerId, { workerId, name: body.name, publicKey: body.public_key });
    return {
      worker_id: workerId,
      name: body.name,
      pool: 'default',
      heartbeat_interval_s: this.heartbeatIntervalS,
    };
  }

  async #claimNext(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const body = await readJson(request, claimNextSchema);
    this.claims.requests.push(body);
    this.#changed();
    const deadline = Date.now() + body.wait_s * 1000;
    for (;;) {
      // Like the real one: nothing is given to a connection that is gone.
      if (response.destroyed) return null;
      const isHeld = this.desiredState !== 'active' || this.quarantined;
      const claims = isHeld ? [] : this.claims.claim(body);
      if (claims.length > 0) return { claims };
      if (Date.now() >= deadline) return null;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  #renew(attempt: FakeAttempt, body: z.output<typeof renewSchema>): unknown {
    if (attempt.lost || body.fencing !== attempt.claim.fencing || attempt.result !== null) {
      throw new FakeRefusal(409, 'LEASE_LOST', 'given to another worker');
    }
    attempt.renewals.push({ at: Date.now(), phase: body.phase ?? null });
    return {
      lease_s: attempt.claim.lease_s,
      cancel: attempt.cancel !== null,
      cancel_reason: attempt.cancel,
      desired_state: this.desiredState,
    };
  }

  #takeLog(attempt: FakeAttempt, body: z.output<typeof logChunksSchema>): unknown {
    const next = (): Record<string, number> => ({
      next_seq: attempt.logNextSeq,
      next_offset: attempt.logBytes,
    });
    if (!attempt.takeChunks(body)) throw new FakeRefusal(409, 'LOG_GAP', 'a chunk is missing', next());
    return { ...next(), closed: attempt.logFinal };
  }

  async #store(attempt: FakeAttempt, filename: string, request: IncomingMessage): Promise<unknown> {
    const announced = sha256Schema.parse(request.headers['x-content-sha256']);
    const hash = createHash('sha256');
    let size = 0;
    for await (const part of request as AsyncIterable<Buffer>) {
      hash.update(part);
      size += part.length;
    }
    if (attempt.lost) throw new FakeRefusal(409, 'LEASE_LOST', 'given to another worker');
    const sha256 = hash.digest('hex');
    if (sha256 !== announced)
      throw new FakeRefusal(422, 'ARTIFACT_HASH_MISMATCH', `the bytes have ${sha256}`);
    attempt.artifacts.set(filename, { sha256, size });
    return { filename, sha256, size, existed: false };
  }

  #takeResult(attempt: FakeAttempt, body: z.output<typeof resultSchema>): unknown {
    attempt.resultCalls += 1;
    if (attempt.lost) throw new FakeRefusal(409, 'LEASE_LOST', 'given to another worker');
    if (attempt.result !== null && JSON.stringify(attempt.result) !== JSON.stringify(body)) {
      throw new FakeRefusal(409, 'RESULT_CONFLICT', 'another result was accepted');
    }
    attempt.result = body;
    return {
      attempt_id: attempt.id,
      state: body.status,
      decision: {
        decision_id: 'dec_fake',
        action: body.status === 'succeeded' ? 'accept' : 'retry',
        reason: 'fake',
      },
    };
  }

  #find(attemptId: string): FakeAttempt {
    const attempt = this.claims.attempts.get(attemptId);
    if (attempt === undefined) throw new FakeRefusal(404, 'ATTEMPT_NOT_FOUND', attemptId);
    return attempt;
  }

  #checkAttempt(request: IncomingMessage, attemptId: string): FakeAttempt {
    const attempt = this.#find(attemptId);
    if (request.headers.authorization !== `Bearer ${attempt.claim.attempt_token}`) {
      throw new FakeRefusal(401, 'AUTH_REQUIRED', 'not the token of this attempt');
    }
    return attempt;
  }

  async #checkWorker(request: IncomingMessage): Promise<void> {
    const bearer = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (bearer === this.workerToken) return;
    try {
      const [header = ''] = bearer.split('.');
      const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { kid?: string };
      const worker = this.workers.get(kid ?? '');
      if (worker === undefined) throw new Error('unknown worker');
      await jwtVerify(bearer, await importSPKI(worker.publicKey, 'EdDSA'), {
        audience: 'ironwheel',
        subject: worker.workerId,
        algorithms: ['EdDSA'],
        maxTokenAge: '60s',
        clockTolerance: 5,
        currentDate: new Date(Date.now() + this.clockShiftMs),
      });
    } catch (error) {
      throw new FakeRefusal(401, 'AUTH_REQUIRED', String(error));
    }
  }
}

const readJson = async <Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> => {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const parsed = schema.safeParse(JSON.parse(Buffer.concat(parts).toString('utf8')));
  if (parsed.success) return parsed.data;
  throw new FakeRefusal(400, 'REQUEST_INVALID', parsed.error.message);
};
