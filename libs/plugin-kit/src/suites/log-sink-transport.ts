import type { LogPiece, LogTransport } from '../log-sink.ts';

/** What a controller would have of the attempts' logs; can be told to fail. */
export class RecordingTransport implements LogTransport {
  readonly texts = new Map<string, string>();
  readonly finals = new Map<string, { readonly droppedBytes: number }>();
  readonly closedLogs = new Set<string>();
  /** Every call, also those that failed. */
  calls: { readonly attemptId: string; readonly pieces: readonly LogPiece[]; readonly final: boolean }[] = [];
  /** Runs before each call is taken; throws to refuse it. */
  before: (attemptId: string) => void = () => undefined;
  /** Runs after each call was taken; throws to lose its answer. */
  after: (attemptId: string) => void = () => undefined;
  readonly #nextSeq = new Map<string, number>();

  textOf(attemptId: string): string {
    return this.texts.get(attemptId) ?? '';
  }

  send(
    attemptId: string,
    body: { pieces: readonly LogPiece[]; final: boolean; droppedBytes: number },
  ): Promise<{ nextSeq: number; nextOffset: number; closed: boolean }> {
    this.calls.push({ attemptId, pieces: body.pieces, final: body.final });
    try {
      this.before(attemptId);
      return Promise.resolve(this.#take(attemptId, body));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #take(
    attemptId: string,
    body: { pieces: readonly LogPiece[]; final: boolean; droppedBytes: number },
  ): { nextSeq: number; nextOffset: number; closed: boolean } {
    let text = this.textOf(attemptId);
    let next = this.#nextSeq.get(attemptId) ?? 0;
    let isGap = false;
    for (const piece of body.pieces) {
      if (piece.seq < next) continue;
      isGap = piece.seq > next || piece.offset !== Buffer.byteLength(text);
      if (isGap) break;
      text += piece.text;
      next += 1;
    }
    this.texts.set(attemptId, text);
    this.#nextSeq.set(attemptId, next);
    const complete = body.final && !isGap;
    if (complete) this.finals.set(attemptId, { droppedBytes: body.droppedBytes });
    this.after(attemptId);
    const closed = complete || this.closedLogs.has(attemptId);
    return { nextSeq: next, nextOffset: Buffer.byteLength(text), closed };
  }
}
