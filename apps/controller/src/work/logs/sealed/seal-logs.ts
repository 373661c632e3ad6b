import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import { Database, ShutdownSignal, type SqlExecutor } from '../../../platform/index.ts';
import { logsSection } from '../logs.section.ts';
import { pack } from './compress.ts';
import { BlockCutter, type LogBlock } from './cut-blocks.ts';
import { IndexBlocks } from './index-blocks.ts';
import { SealedLogsRepository } from './sealed-logs.repository.ts';

const everyMs = 30_000;
const logsPerTurn = 100;
const chunksPerRead = 64;
const blocksPerInsert = 32;

/**
 * Puts the compressed form of a log in the place of its chunks, once its attempt has ended and nothing more is taken.
 * One transaction a log: after a crash there is the old form or the new one. Any controller may do it; the row of the
 * attempt is locked.
 */
@Injectable()
export class SealLogs {
  readonly #logger: StructuredLogger;
  readonly #afterS: number;
  #isRunning = false;

  constructor(
    private readonly database: Database,
    private readonly logs: SealedLogsRepository,
    private readonly indexBlocks: IndexBlocks,
    private readonly shutdown: ShutdownSignal,
    config: LoadedConfig,
    logger: StructuredLogger,
  ) {
    this.#afterS = config.get(logsSection).LOG_SEAL_AFTER_S;
    this.#logger = logger.child({ component: 'logs' });
  }

  @Interval(everyMs)
  async sweep(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      const sealed = await this.sealAll();
      const indexed = await this.indexBlocks.indexAll();
      if (sealed > 0 || indexed > 0)
        this.#logger.info('sealed the logs of ended attempts', { logs: sealed, indexed_blocks: indexed });
    } catch (error) {
      this.#logger.warn('the sealing of logs failed and will run again', { error });
    } finally {
      this.#isRunning = false;
    }
  }

  /** Seals what can be sealed; returns how many logs. One that cannot be stays as it is, and does not stop the others. */
  async sealAll(): Promise<number> {
    let sealed = 0;
    const failed: string[] = [];
    for (;;) {
      const found = await this.logs.listUnsealed(this.#afterS, logsPerTurn, failed);
      let now = 0;
      for (const attemptId of found) {
        if (this.shutdown.isStopping) return sealed + now;
        try {
          if (await this.database.transaction((tx) => this.#seal(tx, attemptId))) now += 1;
        } catch (error) {
          failed.push(attemptId);
          this.#logger.warn('a log could not be sealed and stays as it is', { attempt_id: attemptId, error });
        }
      }
      sealed += now;
      if (found.length < logsPerTurn || now === 0) return sealed;
    }
  }

  async #seal(tx: SqlExecutor, attemptId: string): Promise<boolean> {
    const log = await this.logs.lockForSeal(tx, attemptId);
    if (log === undefined) return false;
    if (!(await this.logs.insertLog(tx, attemptId, log.ended_at, log.log_bytes))) return false;
    let [count, bytes, storedBytes] = [0, 0, 0];
    let waiting: LogBlock[] = [];
    const flush = async (): Promise<void> => {
      const packed = await Promise.all(waiting.map((block) => pack(block.bytes)));
      await this.logs.insertBlocks(
        tx,
        attemptId,
        waiting.map((block, index) => ({
          block: count + index,
          byteOffset: block.byteOffset,
          bytes: block.bytes.length,
          firstLine: block.firstLine,
          at: block.at,
          data: packed[index] ?? Buffer.alloc(0),
        })),
      );
      count += waiting.length;
      bytes += waiting.reduce((sum, block) => sum + block.bytes.length, 0);
      storedBytes += packed.reduce((sum, data) => sum + data.length, 0);
      waiting = [];
    };
    for await (const block of this.#readBlocks(tx, attemptId)) {
      waiting.push(block);
      if (waiting.length === blocksPerInsert) await flush();
    }
    await flush();
    if (bytes !== log.log_bytes)
      throw new Error(`the chunks of ${attemptId} have ${bytes} bytes, its attempt says ${log.log_bytes}`);
    await this.logs.replaceChunks(tx, attemptId, storedBytes);
    return count > 0;
  }

  async *#readBlocks(tx: SqlExecutor, attemptId: string): AsyncGenerator<LogBlock> {
    const cutter = new BlockCutter();
    let lastSeq = -1;
    for (;;) {
      const chunks = await this.logs.listChunks(tx, attemptId, lastSeq, chunksPerRead);
      for (const chunk of chunks) yield* cutter.add(Buffer.from(chunk.text, 'utf8'), chunk.at);
      lastSeq = chunks.at(-1)?.seq ?? lastSeq;
      if (chunks.length < chunksPerRead) break;
    }
    yield* cutter.end();
  }
}
