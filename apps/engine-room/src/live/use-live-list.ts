import { replaceEqualDeep, type UseQueryResult } from '@tanstack/react-query';
import type { z } from 'zod';
import { callApi, type ApiCall } from '../api/call-api.ts';
import { toQueryKey, useLiveRead, type LiveQueryOptions } from './use-live-query.ts';

const pageSize = 500;
const callsAtOnce = 4;
/** Beyond this the list says that it is not whole; ask for less. */
export const mostRows = 20_000;

export type ListAnswer<Item extends z.ZodType> = z.ZodObject<{
  items: z.ZodArray<Item>;
  total: z.ZodOptional<z.ZodNumber>;
  next_cursor: z.ZodOptional<z.ZodString>;
}>;

export interface WholeList<Item> {
  readonly items: readonly Item[];
  /** As the controller counted; where it does not count, the rows that were read. */
  readonly total: number;
  /** There are more rows than were read. */
  readonly isCut: boolean;
}

/**
 * Every page of a list with `limit` and `offset`, `most` rows at most, so that a table can sort and filter all of it. Rows that are
 * as they were `before` are the same objects; they are compared page by page, so that nobody who types meanwhile waits for all.
 */
export async function readWholeList<Item extends z.ZodType>(
  call: ApiCall<ListAnswer<Item>>,
  signal: AbortSignal,
  most: number = mostRows,
  before?: WholeList<z.output<Item>>,
): Promise<WholeList<z.output<Item>>> {
  const readPage = async (offset: number) => {
    const page = await callApi({ ...call, query: { ...call.query, limit: pageSize, offset } }, signal);
    return { ...page, items: replaceEqualDeep(before?.items.slice(offset, offset + pageSize), page.items) };
  };
  const first = await readPage(0);
  const { total } = first;
  const pages = [first.items];
  if (total === undefined) {
    // Not counted: a page that is not full is the last one.
    while (pages.at(-1)?.length === pageSize && pages.length * pageSize < most)
      pages.push((await readPage(pages.length * pageSize)).items);
    const items = pages.flat();
    return keepSame(before, { items, total: items.length, isCut: pages.at(-1)?.length === pageSize });
  }
  const offsets: number[] = [];
  for (let offset = pageSize; offset < Math.min(total, most); offset += pageSize) offsets.push(offset);
  while (offsets.length > 0) {
    const answers = await Promise.all(offsets.splice(0, callsAtOnce).map(readPage));
    pages.push(...answers.map(({ items }) => items));
  }
  return keepSame(before, { items: pages.flat(), total, isCut: total > most });
}

/** The list of before where nothing in it has changed. */
function keepSame<Item>(before: WholeList<Item> | undefined, now: WholeList<Item>): WholeList<Item> {
  const isSame =
    before !== undefined &&
    before.total === now.total &&
    before.isCut === now.isCut &&
    before.items.length === now.items.length &&
    before.items.every((item, index) => item === now.items[index]);
  return isSame ? before : now;
}

export function useLiveList<Item extends z.ZodType>(
  call: ApiCall<ListAnswer<Item>>,
  { most, ...options }: LiveQueryOptions & { readonly most?: number },
): UseQueryResult<WholeList<z.output<Item>>> {
  return useLiveRead(
    [...toQueryKey(call), 'whole', String(most ?? mostRows)],
    (signal, before: WholeList<z.output<Item>> | undefined) => readWholeList(call, signal, most, before),
    {
      keepsPrevious: true,
      keepsSame: true,
      ...options,
    },
  );
}
