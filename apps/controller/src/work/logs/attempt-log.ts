import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import type { LogHits, LogLines } from '@ironwheel/contracts';
import { findErrors, findLines, findText, type FindInPart } from './find-lines.ts';
import { logsSection } from './logs.section.ts';
import { LogsRepository } from './logs.repository.ts';
import { LogsService } from './logs.service.ts';
import { readLines } from './read-lines.ts';

/** The log of one attempt by its lines, for who looks at it: a screen of a million lines costs what a screen costs. */
@Injectable()
export class AttemptLog {
  readonly #searchTimeoutMs: number;

  constructor(
    private readonly logs: LogsService,
    private readonly repository: LogsRepository,
    config: LoadedConfig,
  ) {
    this.#searchTimeoutMs = config.get(logsSection).LOG_SEARCH_TIMEOUT_MS;
  }

  /** Throws ATTEMPT_NOT_FOUND, LOG_REMOVED. */
  async readLines(
    attemptId: string,
    asked: { readonly from?: number | undefined; readonly limit: number },
  ): Promise<LogLines> {
    const source = await this.logs.getByAttempt(attemptId);
    const breaks = source.lineBreaks ?? 0;
    // The line behind the last break may be empty: then it is none.
    const from = asked.from ?? Math.max(1, breaks + 1 - asked.limit);
    const place = await this.repository.findPieceBefore(attemptId, from);
    const limit = asked.from === undefined ? asked.limit + 1 : asked.limit;
    const read = await readLines(source, place, from, limit);
    const last = from - 1 + read.lines.length;
    return {
      attempt_id: attemptId,
      name: source.name,
      version: source.version,
      from,
      lines: [...read.lines],
      cut: [...read.cut],
      total_lines: read.isEnd && read.lines.length > 0 ? last : Math.max(last, breaks),
      size: source.size,
      next_offset: read.nextOffset,
      open_line: read.isOpen,
      truncated: source.truncated,
      dropped_bytes: source.droppedBytes,
      settled: source.settled,
    };
  }

  /** Stops when `gone` aborts: it takes a second of the processor to look through a million lines. */
  findText(attemptId: string, text: string, limit: number, gone: AbortSignal): Promise<LogHits> {
    return this.#find(attemptId, findText(text), limit, gone);
  }

  findErrors(attemptId: string, limit: number, gone: AbortSignal): Promise<LogHits> {
    return this.#find(attemptId, findErrors, limit, gone);
  }

  async #find(attemptId: string, find: FindInPart, limit: number, gone: AbortSignal): Promise<LogHits> {
    const source = await this.logs.getByAttempt(attemptId);
    return findLines(source, find, { limit, deadline: performance.now() + this.#searchTimeoutMs, gone });
  }
}
