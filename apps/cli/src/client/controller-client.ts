import { errorBodySchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import { CliError, exitCodes } from '../cli-error.ts';
import type { Connection } from '../config/find-connection.ts';
import { cliVersion } from '../cli-version.ts';

export type QueryValue = string | number | boolean | undefined;

export interface CallOptions {
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: unknown;
  readonly form?: FormData;
  /** Sent as it is, as `application/octet-stream`. */
  readonly file?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest wait for the answer, in milliseconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const defaultTimeoutMs = 60_000;

/** Why a request did not get through, in words. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'it did not answer in time';
  let deepest: unknown = error;
  while (deepest instanceof Error && deepest.cause !== undefined) deepest = deepest.cause;
  if (deepest instanceof AggregateError) deepest = deepest.errors[0];
  const code = deepest instanceof Error && 'code' in deepest ? String(deepest.code) : '';
  return deepest instanceof Error ? deepest.message || code : String(deepest);
}

/** Typed calls of the controller: answers are parsed by the contracts' schemas, never cast. */
export class ControllerClient {
  readonly url: string;
  readonly #token: string | null;

  constructor(connection: Connection) {
    this.url = connection.url.replace(/\/+$/, '');
    this.#token = connection.token;
  }

  get<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    options: CallOptions = {},
  ): Promise<z.output<Schema>> {
    return this.#call('GET', path, schema, options);
  }

  post<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    options: CallOptions = {},
  ): Promise<z.output<Schema>> {
    return this.#call('POST', path, schema, options);
  }

  patch<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    options: CallOptions = {},
  ): Promise<z.output<Schema>> {
    return this.#call('PATCH', path, schema, options);
  }

  put<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    options: CallOptions = {},
  ): Promise<z.output<Schema>> {
    return this.#call('PUT', path, schema, options);
  }

  /** For answers that tell what became of it. */
  deleteAndRead<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    options: CallOptions = {},
  ): Promise<z.output<Schema>> {
    return this.#call('DELETE', path, schema, options);
  }

  /** For answers without a body that matters. */
  async delete(path: string, options: CallOptions = {}): Promise<void> {
    const response = await this.send('DELETE', path, options);
    await response.body?.cancel();
  }

  /** The raw answer, once it is a good one; the caller reads or cancels its body. */
  async send(method: string, path: string, options: CallOptions = {}): Promise<Response> {
    const url = new URL(`${this.url}${path}`);
    for (const [key, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    const headers: Record<string, string> = {
      accept: 'application/json',
      'user-agent': `ironwheel-cli/${cliVersion}`,
      ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.file === undefined ? {} : { 'content-type': 'application/octet-stream' }),
      ...options.headers,
    };
    const body =
      options.form ?? options.file ?? (options.body === undefined ? null : JSON.stringify(options.body));
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const signals = [
      ...(timeoutMs === Infinity ? [] : [AbortSignal.timeout(timeoutMs)]),
      ...(options.signal === undefined ? [] : [options.signal]),
    ];
    let response: Response;
    try {
      // A redirect would carry the token elsewhere; the controller never sends one.
      response = await fetch(url, {
        method,
        headers,
        body,
        redirect: 'manual',
        signal: AbortSignal.any(signals),
      });
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      throw this.#unreachable(error);
    }
    if (response.ok) return response;
    throw await this.#refusal(method, path, response);
  }

  async #call<Schema extends z.ZodType>(
    method: string,
    path: string,
    schema: Schema,
    options: CallOptions,
  ): Promise<z.output<Schema>> {
    const response = await this.send(method, path, options);
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      throw this.#unreachable(error);
    }
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new CliError(
      `The answer of ${method} ${path} is not what this version expects (${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}).`,
      {
        exitCode: exitCodes.refused,
        code: 'CLI_ANSWER_UNREADABLE',
        hint: `Check that ${this.url} is an Ironwheel controller of the same version (${cliVersion}).`,
        cause: parsed.error,
      },
    );
  }

  #unreachable(cause: unknown): CliError {
    return new CliError(`The controller at ${this.url} cannot be reached: ${reasonOf(cause)}.`, {
      exitCode: exitCodes.unreachable,
      code: 'CLI_UNREACHABLE',
      hint: 'Start it with `ironwheel up`, or set IRONWHEEL_URL to where it listens.',
      cause,
    });
  }

  async #refusal(method: string, path: string, response: Response): Promise<CliError> {
    const body = errorBodySchema.safeParse(parseJson(await response.text().catch(() => '')));
    if (!body.success) {
      return new CliError(
        `${this.url} answered ${response.status} to ${method} ${path}, and not as a controller does.`,
        {
          exitCode: exitCodes.refused,
          code: 'CLI_ANSWER_UNREADABLE',
          hint: 'Check IRONWHEEL_URL; something else may listen there.',
        },
      );
    }
    const hint =
      response.status === 401
        ? 'Set IRONWHEEL_TOKEN to a token of this controller, or name its --data-dir.'
        : response.status === 403
          ? 'Use a token with a role that may do this (`ironwheel token create --role …`).'
          : null;
    return new CliError(body.data.detail, {
      exitCode: exitCodes.refused,
      code: body.data.error,
      body: body.data,
      ...(hint === null ? {} : { hint }),
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
