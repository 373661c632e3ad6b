import { parentPort, workerData } from 'node:worker_threads';
import { InputInvalidError } from './input-error.ts';
import { runTextReader, type TextReaders } from './text-readers.ts';

/** What the thread is started with. */
export interface TextTask {
  readonly reader: keyof TextReaders;
  readonly args: readonly unknown[];
}

/** What it says, once. */
export type TextAnswer =
  | { readonly kind: 'read'; readonly found: unknown }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

const answer = ({ reader, args }: TextTask): TextAnswer => {
  try {
    return { kind: 'read', found: runTextReader(reader, args) };
  } catch (error) {
    if (!(error instanceof InputInvalidError)) throw error;
    return { kind: 'invalid', problems: error.problems };
  }
};

// The program of a thread that `readText` starts; both ends are of one build.
parentPort?.postMessage(answer(workerData as TextTask));
