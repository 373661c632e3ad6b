import type { z } from 'zod';
import { ApiError, toApiError } from './api-error.ts';
import { forgetBegun, readAnswer, readOptions, takeBegun, takeCome, type ReadAnswer } from './begun-reads.ts';

export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

/** One call of the API: its schema is that of `@ironwheel/contracts`, so the answer has the type that was agreed on. */
export interface ApiCall<Answer extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api`, with its parts encoded. */
  readonly path: string;
  readonly query?: QueryValues;
  readonly body?: unknown;
  readonly answer: Answer;
  /** The same key on every try of one deed: it is done once. */
  readonly idempotencyKey?: string;
}

const listeners = new Set<() => void>();

/** Calls `listener` when the controller says that nobody is signed in any more; returns what takes it away. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The controller has said so. */
export function tellSignedOut(): void {
  for (const listener of listeners) listener();
}

/** Path and query as the controller gets them; also what *copy as curl* shows. */
export function toApiPath({ path, query = {} }: Pick<ApiCall, 'path' | 'query'>): string {
  const values = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') values.set(name, String(value));
  }
  const text = values.toString();
  return `/api${path}${text === '' ? '' : `?${text}`}`;
}

/** Makes the call. Throws `ApiError`, and the reason of `signal` when that was aborted. */
export async function callApi<Answer extends z.ZodType>(
  call: ApiCall<Answer>,
  signal?: AbortSignal,
): Promise<z.output<Answer>> {
  const parsed = parseAnswer(call, await fetchText(call, signal));
  if (parsed.success) return parsed.data;
  throw new ApiError(
    {
      code: 'ANSWER_UNREADABLE',
      status: 200,
      detail: `${call.method} ${toApiPath(call)} was answered in a form that these pages do not know.`,
      issues: parsed.error.issues
        .slice(0, 10)
        .map(({ path, message }) => ({ path: path.join('.'), message })),
    },
    { cause: parsed.error },
  );
}

/**
 * The answer to a read that was begun before the scripts were there (app/begin.ts) and has come: what the first drawing shows without
 * a wait. Undefined otherwise, also for one that cannot be read: whoever makes the call says so.
 */
export function findCome<Answer extends z.ZodType>(call: ApiCall<Answer>): z.output<Answer> | undefined {
  const come = takeCome(toApiPath(call));
  if (come === null) return undefined;
  try {
    return parseAnswer(call, come.text).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const parseAnswer = <Answer extends z.ZodType>(
  { answer }: ApiCall<Answer>,
  text: string,
): z.ZodSafeParseResult<z.output<Answer>> => answer.safeParse(text === '' ? undefined : JSON.parse(text));

async function fetchText(call: ApiCall, signal: AbortSignal | undefined): Promise<string> {
  try {
    const { ok, status, text } = await ask(call, signal);
    if (ok) return text;
    if (status === 401) tellSignedOut();
    throw toApiError(status, text);
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted === true) throw error;
    throw new ApiError(
      { code: 'UNREACHABLE', status: 0, detail: 'The controller cannot be reached.' },
      { cause: error },
    );
  }
}

async function ask(call: ApiCall, signal: AbortSignal | undefined): Promise<ReadAnswer> {
  const path = toApiPath(call);
  if (call.method !== 'GET') forgetBegun();
  const begun = await takeBegun(path);
  if (begun !== null) return begun;
  const answer = await fetch(path, {
    ...readOptions,
    method: call.method,
    headers: {
      ...readOptions.headers,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(call.idempotencyKey === undefined ? {} : { 'idempotency-key': call.idempotencyKey }),
    },
    body: call.body === undefined ? null : JSON.stringify(call.body),
    ...(signal === undefined ? {} : { signal }),
  });
  return readAnswer(answer);
}
