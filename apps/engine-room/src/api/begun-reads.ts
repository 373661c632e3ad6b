interface BegunRead {
  readonly answer: Promise<Response | null>;
  readonly atMs: number;
}

/** What was asked for longer ago may be old by now. */
const longestMs = 5_000;
const begun = new Map<string, BegunRead>();

/** What every read of the API is asked with. */
export const readOptions = {
  method: 'GET',
  credentials: 'same-origin',
  cache: 'no-store',
  headers: { accept: 'application/json' },
} satisfies RequestInit;

/** Asks for something that a page is about to read. It is kept for the first who does. */
export function beginRead(apiPath: string): void {
  begun.set(apiPath, { answer: fetch(apiPath, readOptions).catch(() => null), atMs: performance.now() });
}

/** The answer to what was begun, once; null where nothing was, or nothing came of it. */
export async function takeBegun(apiPath: string): Promise<Response | null> {
  const read = begun.get(apiPath);
  begun.delete(apiPath);
  return read === undefined || performance.now() - read.atMs > longestMs ? null : read.answer;
}

/** Something is changed, such as who is signed in: what was asked for before is old. */
export const forgetBegun = (): void => begun.clear();
