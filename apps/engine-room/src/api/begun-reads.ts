/** An answer of the controller, read to its end. */
export interface ReadAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
}

interface BegunRead {
  readonly atMs: number;
  /** Null: nothing came of it. */
  readonly coming: Promise<ReadAnswer | null>;
  /** Undefined: not yet. */
  come?: ReadAnswer | null;
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

export async function readAnswer(answer: Response): Promise<ReadAnswer> {
  return { ok: answer.ok, status: answer.status, text: await answer.text() };
}

/** Asks for something that a page is about to read. It is kept for the first who does. */
export function beginRead(apiPath: string): void {
  const coming = fetch(apiPath, readOptions)
    .then(readAnswer)
    .catch(() => null);
  const read: BegunRead = { atMs: performance.now(), coming };
  begun.set(apiPath, read);
  void coming.then((answer) => (read.come = answer));
}

/** The answer to what was begun, which stays for who takes it. */
export const lookAtBegun = async (apiPath: string): Promise<ReadAnswer | null> =>
  begun.get(apiPath)?.coming ?? null;

/** The answer to what was begun, once; null where nothing was, or nothing came of it. */
export async function takeBegun(apiPath: string): Promise<ReadAnswer | null> {
  return take(apiPath)?.coming ?? null;
}

/** The same for who cannot wait: null also while it is on its way, and where it was refused. */
export function takeCome(apiPath: string): ReadAnswer | null {
  return begun.get(apiPath)?.come?.ok === true ? (take(apiPath)?.come ?? null) : null;
}

function take(apiPath: string): BegunRead | null {
  const read = begun.get(apiPath);
  begun.delete(apiPath);
  return read === undefined || performance.now() - read.atMs > longestMs ? null : read;
}

/** Until everything that was begun is here, or is known not to come. */
export async function waitForBegun(): Promise<void> {
  await Promise.all([...begun.values()].map(({ coming }) => coming));
}

/** Something is changed, such as who is signed in: what was asked for before is old. */
export const forgetBegun = (): void => begun.clear();
