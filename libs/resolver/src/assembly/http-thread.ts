import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { openHttpAccess, type HttpAccess } from './http-access.ts';

/** What the thread is told. `id` is chosen by whoever asks, once. */
export type HttpCall =
  | {
      readonly kind: 'get';
      readonly id: number;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** More of the body, please. */
  | { readonly kind: 'more'; readonly id: number }
  /** Nobody waits for it any more. */
  | { readonly kind: 'stop'; readonly id: number };

/** A part of a body; none is empty but the last. */
export interface BodyPart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isLast: boolean;
}

/** What the thread says: one answer to each `get`, one part or failure to each `more`. */
export type HttpReply =
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly part: BodyPart;
    }
  | { readonly kind: 'part'; readonly id: number; readonly part: BodyPart }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** Read ahead of whoever asked, for each request; the piece with which it is reached comes along. */
const mostBytes = 4 * 1024 * 1024;

interface Open {
  readonly controller: AbortController;
  body: AsyncIterator<Uint8Array> | null;
}

const join = (chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> => {
  // Of its own, so that it can be handed over instead of copied.
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
};

const readPart = async (body: AsyncIterator<Uint8Array>): Promise<BodyPart> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < mostBytes) {
    const next = await body.next();
    if (next.done === true) return { bytes: join(chunks, length), isLast: true };
    chunks.push(next.value);
    length += next.value.byteLength;
  }
  return { bytes: join(chunks, length), isLast: false };
};

const serve = (port: MessagePort, access: HttpAccess): void => {
  const { transport } = openHttpAccess(access);
  const open = new Map<number, Open>();

  const say = (reply: HttpReply): void =>
    port.postMessage(reply, reply.kind === 'failed' ? [] : [reply.part.bytes.buffer]);

  /** The part that `read` gives, said; a request ends with its last part, with a failure, or when it is stopped. */
  const tell = async (
    id: number,
    one: Open,
    read: () => Promise<HttpReply & { part: BodyPart }>,
  ): Promise<void> => {
    try {
      const reply = await read();
      if (reply.part.isLast) open.delete(id);
      if (!one.controller.signal.aborted) say(reply);
    } catch (error) {
      open.delete(id);
      const message = error instanceof Error ? error.message : String(error);
      if (!one.controller.signal.aborted) say({ kind: 'failed', id, message });
    }
  };

  const handle = (call: HttpCall): void => {
    const { id } = call;
    if (call.kind === 'get') {
      const one: Open = { controller: new AbortController(), body: null };
      open.set(id, one);
      void tell(id, one, async () => {
        const { status, headers, body } = await transport.get(call.url, call.headers, one.controller.signal);
        one.body = body[Symbol.asyncIterator]();
        return { kind: 'answer', id, status, headers, part: await readPart(one.body) };
      });
      return;
    }
    const one = open.get(id);
    const body = one?.body;
    if (one === undefined) return;
    if (call.kind === 'stop') {
      open.delete(id);
      one.controller.abort();
      body?.return?.().catch(() => undefined);
    } else if (body !== null && body !== undefined) {
      void tell(id, one, async () => ({ kind: 'part', id, part: await readPart(body) }));
    }
  };
  port.on('message', (calls: readonly HttpCall[]) => calls.forEach(handle));
};

// The program of a thread that `openHttpAccessApart` starts; both ends are of one build.
if (parentPort !== null) serve(parentPort, workerData as HttpAccess);
