import type { StreamTopic } from '@ironwheel/contracts';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { z } from 'zod';
import { ApiError } from '../api/api-error.ts';
import { callApi, findCome, toApiPath, type ApiCall } from '../api/call-api.ts';
import { useLiveState } from './live-context.ts';

/** While the stream is away. */
const fallbackPollMs = 5_000;

export interface LiveQueryOptions {
  /** What of the stream makes the answer old. */
  readonly topics: readonly StreamTopic[];
  /** The one thing that the answer is about. */
  readonly id?: string | undefined;
  /** Also asked again so often: for what nobody tells, such as heartbeats. */
  readonly pollMs?: number;
  readonly isEnabled?: boolean;
  /** Of a list whose query changes: the rows of before stay until the others are there. */
  readonly keepsPrevious?: boolean;
  /** `read` itself gives back what has not changed; a long list is not compared as a whole at once. */
  readonly keepsSame?: boolean;
}

/** The key under which the answer of a call is kept. */
export const toQueryKey = (call: Pick<ApiCall, 'method' | 'path' | 'query'>): readonly string[] => [
  'api',
  call.method,
  toApiPath(call),
];

/**
 * The answer of a call, kept up to date: asked again when the stream tells of its topics, every 5 s while the stream is
 * away, and not at all while the person has paused.
 */
export function useLiveQuery<Answer extends z.ZodType>(
  call: ApiCall<Answer>,
  options: LiveQueryOptions,
): UseQueryResult<z.output<Answer>> {
  return useLiveRead(
    toQueryKey(call),
    (signal) => callApi(call, signal),
    options,
    () => findCome(call),
  );
}

/**
 * The same for what may not be there: null when the controller answers with this code. Taken for an error, it would come and go
 * with each look.
 */
export function useLiveFind<Answer extends z.ZodType>(
  call: ApiCall<Answer>,
  codeOfNone: string,
  options: LiveQueryOptions,
): UseQueryResult<z.output<Answer> | null> {
  const find = async (signal: AbortSignal): Promise<z.output<Answer> | null> => {
    try {
      return await callApi(call, signal);
    } catch (error) {
      if (error instanceof ApiError && error.code === codeOfNone) return null;
      throw error;
    }
  };
  return useLiveRead(toQueryKey(call), find, options);
}

/** The same for what takes several calls; `read` is told what was read before, `findFirst` gives what is known without a read. */
export function useLiveRead<Value>(
  queryKey: readonly string[],
  read: (signal: AbortSignal, before: Value | undefined) => Promise<Value>,
  { topics, id, pollMs, isEnabled = true, keepsPrevious = false, keepsSame = false }: LiveQueryOptions,
  findFirst?: () => Value | undefined,
): UseQueryResult<Value> {
  const { phase } = useLiveState();
  const isPaused = phase === 'paused';
  return useQuery({
    queryKey,
    queryFn: ({ client, signal }) => read(signal, client.getQueryData<Value>(queryKey)),
    meta: { live: { topics, id } },
    enabled: isEnabled,
    structuralSharing: !keepsSame,
    ...(findFirst === undefined ? {} : { initialData: findFirst }),
    ...(keepsPrevious ? { placeholderData: keepPreviousData } : {}),
    refetchOnWindowFocus: !isPaused,
    refetchInterval: isPaused ? false : phase === 'broken' ? fallbackPollMs : (pollMs ?? false),
  });
}
