import { Worker } from 'node:worker_threads';
import { type IndexResponse, type IndexTransport } from '../index-client/index-transport.ts';
import { type HttpAccess, type OpenTransport } from './http-access.ts';
import { type BodyPart, type HttpCall, type HttpReply } from './http-thread.ts';

/** The program of the thread lies beside that of its caller, bundled as that is. */
const isSource = import.meta.url.endsWith('.ts');
const program = new URL(isSource ? './http-thread.ts' : './http-thread.mjs', import.meta.url);
const sourceArgv = ['--import', new URL('../inputs/resolve-sources.ts', import.meta.url).href];

/** What a thread takes is given back between plans that are far apart. */
const defaultIdleMs = 5 * 60_000;

interface Waiting {
  readonly resolve: (reply: Exclude<HttpReply, { kind: 'failed' }>) => void;
  readonly reject: (error: Error) => void;
}

/** The thread, from the first question on, and who waits for what it says. */
class HttpThread {
  readonly #thread: Worker;
  readonly #waiting = new Map<number, Waiting>();
  /** Said together at the end of the turn: each message wakes the thread. */
  readonly #calls: HttpCall[] = [];
  readonly #idle: NodeJS.Timeout;
  isEnded = false;

  constructor(access: HttpAccess, idleMs: number) {
    // Asked again before that, it waits anew.
    this.#idle = setTimeout(() => {
      if (this.#waiting.size === 0) void this.close();
      else this.#idle.refresh();
    }, idleMs).unref();
    this.#thread = new Worker(program, { workerData: access, execArgv: isSource ? sourceArgv : [] });
    this.#thread.on('message', (reply: HttpReply) => this.#hear(reply));
    this.#thread.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    this.#thread.on('exit', () => this.#end(new Error('the thread that asks package indexes ended')));
  }

  /** One reply to a call that has one. Rejects with the reason of the signal, and then nobody waits any more. */
  async ask(
    call: Exclude<HttpCall, { kind: 'stop' }>,
    signal: AbortSignal,
  ): Promise<Exclude<HttpReply, { kind: 'failed' }>> {
    signal.throwIfAborted();
    if (this.isEnded) throw new Error('the thread that asks package indexes has ended');
    const { promise, resolve, reject } = Promise.withResolvers<Exclude<HttpReply, { kind: 'failed' }>>();
    const stop = (): void => {
      this.stop(call.id);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
    this.#waiting.set(call.id, { resolve, reject });
    this.#say(call);
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#waiting.delete(call.id);
    }
  }

  stop(id: number): void {
    this.#waiting.delete(id);
    this.#say({ kind: 'stop', id });
  }

  async close(): Promise<void> {
    this.isEnded = true;
    await this.#thread.terminate();
  }

  #say(call: HttpCall): void {
    this.#idle.refresh();
    this.#calls.push(call);
    if (this.#calls.length > 1) return;
    // What a turn of the event loop asks for wakes the thread once.
    setImmediate(() => {
      const calls = this.#calls.splice(0);
      if (!this.isEnded) this.#thread.postMessage(calls);
    });
  }

  #hear(reply: HttpReply): void {
    const waiting = this.#waiting.get(reply.id);
    if (reply.kind === 'failed') waiting?.reject(new Error(reply.message));
    else waiting?.resolve(reply);
  }

  #end(error: Error): void {
    this.isEnded = true;
    clearTimeout(this.#idle);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** The body behind an answer, asked for part by part; what is not read to its end is stopped. */
async function* readBody(
  thread: HttpThread,
  id: number,
  first: BodyPart,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let part = first;
  try {
    if (part.bytes.byteLength > 0) yield part.bytes;
    while (!part.isLast) {
      ({ part } = await thread.ask({ kind: 'more', id }, signal));
      if (part.bytes.byteLength > 0) yield part.bytes;
    }
  } finally {
    if (!part.isLast) thread.stop(id);
  }
}

/**
 * As `openHttpAccess`, in a thread of its own: connections, TLS and compression of hundreds of answers are a quarter of
 * what a plan takes of the event loop, and whoever else waits for it is not held up by them. The thread is started by a
 * question when there is none, and ends when nothing was asked for a while. Close it after use.
 */
export const openHttpAccessApart = (access: HttpAccess, idleMs = defaultIdleMs): OpenTransport => {
  let thread: HttpThread | null = null;
  let last = 0;
  const transport: IndexTransport = {
    async get(url, headers, signal): Promise<IndexResponse> {
      if (thread === null || thread.isEnded) thread = new HttpThread(access, idleMs);
      const asked = thread;
      const id = (last += 1);
      const reply = await asked.ask({ kind: 'get', id, url, headers: { ...headers } }, signal);
      if (reply.kind !== 'answer') throw new Error(`a ${reply.kind} came where an answer was asked for`);
      const { status, headers: answered, part } = reply;
      const body = readBody(asked, id, part, signal);
      return {
        status,
        headers: answered,
        body,
        // A generator that was never begun does not end what it holds.
        discard: async () => {
          if (!part.isLast) asked.stop(id);
          await body.return(undefined);
        },
      };
    },
  };
  return { transport, close: async () => thread?.close() };
};
