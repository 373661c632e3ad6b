import { accessSync, constants, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptLog, LogSink, PluginContext, ProbeResult } from '@ironwheel/plugin-kit';
import type { LogShipperConfig } from './config.ts';
import { KeptLog } from './kept-log.ts';
import { sendLog } from './send-log.ts';
import { SpoolBudget } from './spool-budget.ts';
import { SpoolFiles } from './spool-files.ts';
import { SpooledLog } from './spooled-log.ts';

const attemptIdPattern = /^[A-Za-z0-9_-]{1,100}$/;

interface OpenLog {
  readonly log: SpooledLog;
  readonly sending: Promise<void>;
}

/** Ships the logs of attempts to the controller through a bounded spool on disk. */
export class LogShipper implements LogSink {
  readonly #context: PluginContext<LogShipperConfig>;
  readonly #spoolDirectory: string;
  readonly #budget: SpoolBudget;
  readonly #open = new Map<string, OpenLog>();
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;

  constructor(context: PluginContext<LogShipperConfig>) {
    this.#context = context;
    this.#spoolDirectory = join(context.workDirectory, 'spool');
    this.#budget = new SpoolBudget(context.config.spoolMaxBytes);
    this.#signal = AbortSignal.any([context.signal, this.#closing.signal]);
    mkdirSync(this.#spoolDirectory, { recursive: true, mode: 0o700 });
  }

  probe(): Promise<ProbeResult> {
    const facts = {
      spool_bytes: this.#budget.usedBytes,
      spool_max_bytes: this.#budget.maxBytes,
      dropped_bytes: this.#budget.droppedBytes,
      open_logs: this.#open.size,
    };
    try {
      accessSync(this.#spoolDirectory, constants.R_OK | constants.W_OK);
      return Promise.resolve({ ok: true, problems: [], facts });
    } catch (error) {
      const text = `The log spool ${this.#spoolDirectory} is not writable (${String(error)}); give it to the worker's user.`;
      return Promise.resolve({ ok: false, problems: [{ code: 'SPOOL_UNWRITABLE', text }], facts });
    }
  }

  open(attempt: {
    readonly attemptId: string;
    readonly maxBytes: number;
    readonly secrets: readonly string[];
  }): Promise<AttemptLog> {
    const known = this.#open.get(attempt.attemptId);
    if (known !== undefined) return Promise.resolve(known.log);
    return Promise.resolve(this.#start(attempt.attemptId, attempt.maxBytes, attempt.secrets));
  }

  recover(): Promise<readonly string[]> {
    const found = readdirSync(this.#spoolDirectory).filter((name) => attemptIdPattern.test(name));
    for (const attemptId of found) {
      // What is in the spool was masked when it was written; only the size limit is needed and stands in the spool.
      if (!this.#open.has(attemptId)) this.#start(attemptId, 1024 * 1024, []);
    }
    return Promise.resolve(found);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#open.values()].map(({ sending }) => sending));
  }

  #start(attemptId: string, maxBytes: number, secrets: readonly string[]): SpooledLog {
    if (!attemptIdPattern.test(attemptId)) throw new Error(`not an attempt id: ${JSON.stringify(attemptId)}`);
    const { config, logger } = this.#context;
    const files = new SpoolFiles(join(this.#spoolDirectory, attemptId), {
      version: 1,
      max_bytes: maxBytes,
      ended: false,
      dropped_bytes: 0,
      acked_seq: 0,
      acked_offset: 0,
    });
    const kept =
      config.keepDirectory === null ? null : new KeptLog(config.keepDirectory, attemptId, config.keepFiles);
    const log = new SpooledLog({ attemptId, files, budget: this.#budget, secrets, kept, logger });
    this.#open.set(attemptId, { log, sending: this.#send(log) });
    return log;
  }

  async #send(log: SpooledLog): Promise<void> {
    const { config, logger } = this.#context;
    try {
      const outcome = await sendLog({
        log,
        transport: config.transport,
        config,
        budget: this.#budget,
        logger,
        signal: this.#signal,
      });
      if (outcome === 'stopped') {
        log.release();
        return;
      }
      this.#budget.give(log.files.bytesOnDisk);
      // A log that the controller closed early may still be written to: it is ended, so that writes go nowhere.
      await log.end();
      log.files.remove();
      log.settle();
    } catch (error) {
      logger.error('The sending of a log broke; what is left stays in the spool.', {
        attempt_id: log.attemptId,
        detail: String(error),
      });
      log.release();
    } finally {
      this.#open.delete(log.attemptId);
    }
  }
}
