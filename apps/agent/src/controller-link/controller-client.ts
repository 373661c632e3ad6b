import type { Readable } from 'node:stream';
import { request, type Dispatcher } from 'undici';
import type { z } from 'zod';
import type { StructuredLogger } from '@ironwheel/logging';
import type { ClockOffset } from './clock-offset.ts';
import { ControllerError, toControllerError, toUnreachableError } from './controller-error.ts';
import type { WorkerCredential } from './credential.ts';

/** Most bytes of an answer that are read into memory. */
const maxAnswerBytes = 16 * 1024 * 1024;
const defaultTimeoutMs = 30_000;

/** Who calls: nobody (enrolment), the worker, or one attempt with its own token. */
export type CallAuth = 'none' | 'worker' | { readonly attemptToken: string };

export interface ControllerCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path below the controller's URL, with a leading slash. */
  readonly path: string;
  readonly auth: CallAuth;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; made anew for each try. */
  readonly stream?: { create(): Readable; readonly headers: Readonly<Record<string, string>> };
  /** Longest wait for the answer to begin, and between two pieces of it, in milliseconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ControllerClientOptions {
  readonly url: string;
  readonly credential: WorkerCredential | null;
  readonly pool: Dispatcher;
  readonly clockOffset: ClockOffset;
  readonly logger: StructuredLogger;
  readonly version: string;
  readonly now?: () => number;
}

const headerOf = (headers: Dispatcher.ResponseData['headers'], name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** One call, one try. Throws `ControllerError`; whether to try again is the caller's matter (`retryTransient`). */
export class ControllerClient {
  readonly #options: ControllerClientOptions;
  readonly #now: () => number;

  constructor(options: ControllerClientOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  get clockOffset(): ClockOffset {
    return this.#options.clockOffset;
  }

  get workerId(): string {
    return this.#options.credential?.workerId ?? '';
  }

  /** The answer's JSON by its schema; null for 204. */
  async callJson<Schema extends z.ZodType>(
    call: ControllerCall,
    schema: Schema,
  ): Promise<z.output<Schema> | null> {
    const name = `${call.method} ${call.path}`;
    const answer = await this.#exchange(call);
    const text = await this.#readText(name, answer);
    if (answer.statusCode === 204) return null;
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch (error) {
      throw this.#toInvalidAnswer(name, answer.statusCode, String(error));
    }
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw this.#toInvalidAnswer(name, answer.statusCode, where);
  }

  /** The answer's bytes as a stream; the caller reads it to its end or destroys it. */
  async callStream(call: ControllerCall): Promise<Readable> {
    const answer = await this.#exchange(call);
    return answer.body;
  }

  async #exchange(call: ControllerCall): Promise<Dispatcher.ResponseData> {
    const signedWithMs = this.clockOffset.usedMs;
    const answer = await this.#send(call);
    if (answer.statusCode < 300) return answer;
    const name = `${call.method} ${call.path}`;
    const text = await this.#readText(name, answer);
    if (answer.statusCode === 401 && call.auth === 'worker') {
      const news = this.clockOffset.adopt();
      if (news) {
        this.#options.logger.warn(
          "This host's clock differs from the controller's; signing by the controller's time.",
          { offset_ms: this.clockOffset.usedMs },
        );
      }
      // Another call may have learnt it while this one was on its way.
      if (this.clockOffset.usedMs !== signedWithMs) return this.#exchange(call);
    }
    throw toControllerError(
      name,
      answer.statusCode,
      { retryAfter: headerOf(answer.headers, 'retry-after') },
      text,
      this.#now(),
    );
  }

  async #send(call: ControllerCall): Promise<Dispatcher.ResponseData> {
    const timeout = call.timeoutMs ?? defaultTimeoutMs;
    const authorization = await this.#authorize(call.auth);
    try {
      const answer = await request(new URL(this.#options.url + call.path), {
        method: call.method,
        dispatcher: this.#options.pool,
        headersTimeout: timeout,
        bodyTimeout: timeout,
        signal: call.signal ?? null,
        headers: {
          accept: 'application/json',
          'user-agent': `ironwheel-agent/${this.#options.version}`,
          ...(authorization === null ? {} : { authorization }),
          ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
          ...call.stream?.headers,
        },
        body: call.stream?.create() ?? (call.json === undefined ? null : JSON.stringify(call.json)),
      });
      this.clockOffset.measure(headerOf(answer.headers, 'date'), this.#now());
      return answer;
    } catch (error) {
      call.signal?.throwIfAborted();
      throw toUnreachableError(`${call.method} ${call.path}`, error);
    }
  }

  async #authorize(auth: CallAuth): Promise<string | null> {
    if (auth === 'none') return null;
    if (auth !== 'worker') return `Bearer ${auth.attemptToken}`;
    const { credential } = this.#options;
    if (credential === null) throw new Error('this call needs an enrolled worker');
    return credential.authorize(this.#now() + this.clockOffset.usedMs);
  }

  async #readText(name: string, answer: Dispatcher.ResponseData): Promise<string> {
    const parts: Buffer[] = [];
    let size = 0;
    try {
      for await (const part of answer.body as AsyncIterable<Buffer>) {
        size += part.length;
        if (size > maxAnswerBytes) break;
        parts.push(part);
      }
    } catch (error) {
      throw toUnreachableError(name, error);
    }
    if (size > maxAnswerBytes)
      throw this.#toInvalidAnswer(name, answer.statusCode, 'the answer is too large');
    return Buffer.concat(parts).toString('utf8');
  }

  /** A 2xx that does not fit: asking again may help (a proxy's page in between), so it is transient. */
  #toInvalidAnswer(name: string, status: number, detail: string): ControllerError {
    return new ControllerError(`${name}: the answer does not fit its schema: ${detail}`, {
      kind: 'transient',
      status,
      code: 'CONTROLLER_ANSWER_INVALID',
      retryAfterMs: null,
      body: null,
    });
  }
}
