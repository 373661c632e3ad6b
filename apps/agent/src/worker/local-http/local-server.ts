import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import type { HostAndPort } from '@ironwheel/config';
import type { StructuredLogger } from '@ironwheel/logging';
import type { QueueBackend } from '@ironwheel/plugin-kit';
import type { AttemptRegistry } from '../attempt/attempt-registry.ts';
import type { WorkerStatus } from '../worker-status.ts';
import { checkWorkerToken } from './check-token.ts';
import { LocalHttpError } from './local-error.ts';
import { readPlan, regeneratePlan, type PlanRequest } from './plan-file.ts';

const maxBodyBytes = 1024 * 1024;

export interface LocalServerOptions {
  readonly address: HostAndPort;
  readonly token: string | null;
  readonly status: WorkerStatus;
  readonly registry: AttemptRegistry;
  readonly slots: number;
  readonly plan: PlanRequest;
  /** The queue that the worker drains by itself; unset: it claims from a controller. */
  readonly queue?: Pick<QueueBackend, 'stats'>;
  readonly logger: StructuredLogger;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Route = (request: IncomingMessage, url: URL) => Promise<Answer> | Answer;

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  let text = '';
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBodyBytes)
      throw new LocalHttpError('REQUEST_TOO_LARGE', `At most ${maxBodyBytes} bytes are taken.`);
    text += part.toString('utf8');
  }
  if (text.trim() === '') return null;
  try {
    const body = JSON.parse(text) as unknown;
    if (typeof body === 'object' && !Array.isArray(body)) return body;
  } catch (error) {
    throw new LocalHttpError('REQUEST_MALFORMED', 'The body is no JSON.', undefined, { cause: error });
  }
  throw new LocalHttpError('REQUEST_INVALID', 'The body is to be a JSON object.');
};

/** The worker's own endpoints (seed 002): `/health`, `/ready`, `/trigger`, `/plan`. */
export class LocalServer {
  readonly #options: LocalServerOptions;
  readonly #server: Server;
  readonly #routes: Readonly<Record<string, Readonly<Record<string, Route>>>>;

  constructor(options: LocalServerOptions) {
    this.#options = options;
    this.#routes = {
      '/health': { GET: () => ({ status: 200, body: { status: 'ok' } }) },
      '/ready': { GET: () => this.#ready() },
      '/trigger': { POST: (request, url) => this.#trigger(request, url) },
      '/plan': {
        GET: (request, url) => this.#readPlan(request, url),
        POST: (request, url) => this.#plan(request, url),
      },
    };
    this.#server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
      void this.#answer(request, response);
    });
  }

  /** The URL under which it listens. */
  async listen(): Promise<string> {
    const { host, port } = this.#options.address;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
    const bound = this.#server.address() as AddressInfo;
    return `http://${isIPv6(bound.address) ? `[${bound.address}]` : bound.address}:${bound.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #ready(): Promise<Answer> {
    const { status, registry, slots, queue } = this.#options;
    const isLinked = queue === undefined ? status.linked === true : (await this.#countQueue()) !== null;
    const ready = status.state === 'working' && status.health.ok && isLinked;
    return {
      status: ready ? 200 : 503,
      body: {
        status: ready ? 'ready' : 'not_ready',
        state: status.state,
        desired_state: status.desired,
        quarantined: status.quarantined,
        controller_linked: status.linked,
        slots: { total: slots, used: registry.usedSlots },
        attempts: registry.live.map(({ attemptId, state, phase }) => ({
          attempt_id: attemptId,
          state,
          phase,
        })),
        problems: status.health.problems,
      },
    };
  }

  /** A worker of a controller looks for work at once; a direct one drains its queue. Neither waits for the builds. */
  async #trigger(request: IncomingMessage, url: URL): Promise<Answer> {
    const { status, registry, slots, token, queue } = this.#options;
    checkWorkerToken(request, url, token);
    const working = status.state === 'working';
    if (working) status.wakeClaims();
    return {
      status: 202,
      body: {
        triggered: working,
        state: status.state,
        free_slots: slots - registry.usedSlots,
        ...(queue === undefined ? {} : { queue_length: await this.#countQueue() }),
      },
    };
  }

  /** Null while the queue does not answer. */
  async #countQueue(): Promise<number | null> {
    const stats = await this.#options.queue?.stats().catch(() => null);
    return stats?.length ?? null;
  }

  async #readPlan(request: IncomingMessage, url: URL): Promise<Answer> {
    const { plan, token } = this.#options;
    return { status: 200, body: await readPlan(plan, () => checkWorkerToken(request, url, token)) };
  }

  async #plan(request: IncomingMessage, url: URL): Promise<Answer> {
    checkWorkerToken(request, url, this.#options.token);
    return { status: 200, body: await regeneratePlan(this.#options.plan, await readBody(request)) };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.#route(request);
    } catch (error) {
      const known = error instanceof LocalHttpError ? error : null;
      if (known === null) this.#options.logger.error('A local endpoint broke.', { error });
      const failure = known ?? new LocalHttpError('INTERNAL', 'A defect of the worker; see its log.');
      answer = { status: failure.status, body: failure.toBody() };
    }
    const body = JSON.stringify(answer.body);
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(body);
  }

  async #route(request: IncomingMessage): Promise<Answer> {
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    if (url === null) throw new LocalHttpError('REQUEST_MALFORMED', 'The path is not readable.');
    const methods = Object.hasOwn(this.#routes, url.pathname) ? this.#routes[url.pathname] : undefined;
    if (methods === undefined) {
      throw new LocalHttpError('ROUTE_NOT_FOUND', `There are ${Object.keys(this.#routes).join(', ')}.`);
    }
    const method = request.method ?? 'GET';
    const route = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (route === undefined) {
      throw new LocalHttpError(
        'METHOD_NOT_ALLOWED',
        `${url.pathname} takes ${Object.keys(methods).join(', ')}.`,
      );
    }
    return route(request, url);
  }
}
