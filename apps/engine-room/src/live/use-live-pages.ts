import { useState } from 'react';
import type { z } from 'zod';
import { callApi, type ApiCall } from '../api/call-api.ts';
import type { ListAnswer } from './use-live-list.ts';
import { toQueryKey, useLiveRead, type LiveQueryOptions } from './use-live-query.ts';

const pageSize = 500;

interface Pages<Item> {
  readonly items: readonly Item[];
  /** There are older ones. */
  readonly hasMore: boolean;
}

/** The newest of a list that grows without end, and as many pages behind them as were asked for. */
export function useLivePages<Item extends z.ZodType>(
  call: ApiCall<ListAnswer<Item>>,
  options: LiveQueryOptions,
) {
  const [asked, setAsked] = useState(1);
  const read = async (signal: AbortSignal): Promise<Pages<z.output<Item>>> => {
    const items: z.output<Item>[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < asked; page += 1) {
      const answer = await callApi({ ...call, query: { ...call.query, limit: pageSize, cursor } }, signal);
      items.push(...answer.items);
      cursor = answer.next_cursor;
      if (cursor === undefined) break;
    }
    return { items, hasMore: cursor !== undefined };
  };
  const answer = useLiveRead([...toQueryKey(call), 'pages', String(asked)], read, {
    keepsPrevious: true,
    ...options,
  });
  return { ...answer, loadMore: () => setAsked((before) => before + 1) };
}
