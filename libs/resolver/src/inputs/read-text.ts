import { Worker, type WorkerOptions } from 'node:worker_threads';
import { ConcurrencyGate } from '../index-client/concurrency-gate.ts';
import { InputInvalidError } from './input-error.ts';
import { runTextReader, type TextReaders } from './text-readers.ts';
import { type TextAnswer, type TextTask } from './text-thread.ts';

/** A shorter text is read before a thread would have started. In characters. */
const mostInPlace = 256 * 1024;
const defaultTimeoutMs = 60_000;
const maxThreads = 2;
/** Many times what the largest text that is read takes. */
const maxMemoryMb = 1536;

/** The program of the thread lies beside that of its caller, bundled as that is. */
const isSource = import.meta.url.endsWith('.ts');
const program = new URL(isSource ? './text-thread.ts' : './text-thread.mjs', import.meta.url);
const sourceArgv = ['--import', new URL('./resolve-sources.ts', import.meta.url).href];

const gate = new ConcurrencyGate(maxThreads);

export interface ReadTextOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

const askThread = async (task: TextTask, signal: AbortSignal): Promise<TextAnswer> => {
  signal.throwIfAborted();
  const options: WorkerOptions = {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
    execArgv: isSource ? sourceArgv : [],
  };
  const thread = new Worker(program, options);
  try {
    return await new Promise<TextAnswer>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', (code) => reject(new Error(`the thread that reads inputs ended with ${code}`)));
    });
  } finally {
    await thread.terminate();
  }
};

/**
 * Runs a reader of text inputs, which is given kind, text and file name. A large text is read in a thread of its own:
 * whoever waits for other things is not held up, and it ends with the signal, or with `InputInvalidError` when it takes
 * too long or too much memory. Throws as the reader does.
 */
export const readText = async <N extends keyof TextReaders>(
  reader: N,
  args: Parameters<TextReaders[N]>,
  { signal, timeoutMs = defaultTimeoutMs }: ReadTextOptions = {},
): Promise<ReturnType<TextReaders[N]>> => {
  const [, text, fileName] = args;
  if (text.length <= mostInPlace) return runTextReader(reader, args) as ReturnType<TextReaders[N]>;
  const answer = await gate.run(async () => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const end = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      return await askThread({ reader, args }, end);
    } catch (cause) {
      if (signal?.aborted === true) throw cause;
      if (timeout.aborted) {
        throw new InputInvalidError([`${fileName}: reading it took more than ${timeoutMs} ms.`], { cause });
      }
      if (!isOutOfMemory(cause)) throw cause;
      throw new InputInvalidError([`${fileName}: reading it took more than ${maxMemoryMb} MiB of memory.`], {
        cause,
      });
    }
  });
  if (answer.kind === 'invalid') throw new InputInvalidError(answer.problems);
  // What a reader gives is plain data, so it is the same on this side.
  return answer.found as ReturnType<TextReaders[N]>;
};
