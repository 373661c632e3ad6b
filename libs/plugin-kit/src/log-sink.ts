import type { PluginInstance } from './plugin.ts';

/** One stretch of an attempt's log, already masked. `offset` is its byte offset in the UTF-8 log. */
export interface LogPiece {
  readonly attemptId: string;
  readonly seq: number;
  readonly offset: number;
  readonly text: string;
}

/** How the sink hands pieces to the controller; made by the worker, which holds the attempt's token. */
export interface LogTransport {
  send(
    attemptId: string,
    body: { pieces: readonly LogPiece[]; final: boolean; droppedBytes: number },
  ): Promise<{ nextSeq: number; nextOffset: number; closed: boolean }>;
}

/** Opened per attempt. `write` never waits for the network: what cannot be sent yet lies in a bounded spool on disk. */
export interface AttemptLog {
  write(text: string): void;
  /** No more text will come. Resolves when everything is written to the spool, not when it has been sent. */
  end(): Promise<void>;
  /** Resolves when everything was sent, or the controller closed the log; rejects when `signal` aborts first. */
  drained(signal: AbortSignal): Promise<void>;
  readonly totals: { readonly bytes: number; readonly truncated: boolean; readonly droppedBytes: number };
}

export interface LogSink extends PluginInstance {
  open(attempt: {
    readonly attemptId: string;
    readonly maxBytes: number;
    readonly secrets: readonly string[];
  }): Promise<AttemptLog>;
  /** Takes up logs that an earlier life of the worker left in the spool; returns the attempts found. */
  recover(): Promise<readonly string[]>;
}

/** Thrown by a transport when the controller will never take this log; the sink drops what is left and says so. */
export class LogRefusedError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'LogRefusedError';
  }
}
