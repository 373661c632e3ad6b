import { randomUUID } from 'node:crypto';
import {
  QueueUnavailableError,
  type Lane,
  type PluginClock,
  type ProbeResult,
  type QueueBackend,
  type QueueItem,
  type QueueMemory,
  type QueueOffer,
  type QueueStats,
  type TakenJob,
} from '@ironwheel/plugin-kit';
import type { FileLock } from './file-lock.ts';
import type { Journal } from './journal.ts';
import type { JournalRecord } from './journal-record.ts';

/** Another process holds the lock for milliseconds only, unless it hangs. */
const patienceMs = 10_000;
const knownAtOnce = 1000;

interface Step {
  /** Looks at the state, and says what is to be written. */
  run(memory: QueueMemory): readonly JournalRecord[];
  done(): void;
  fail(error: unknown): void;
}

/**
 * The queue in a journal that several processes of one host share. What is asked for while the disk is busy is written
 * together: one lock, one write and one fsync for all of it.
 */
export class FileQueueBackend implements QueueBackend {
  readonly #journal: Journal;
  readonly #lock: FileLock;
  readonly #clock: PluginClock;
  #steps: Step[] = [];
  #writing: Promise<void> | null = null;

  constructor(journal: Journal, lock: FileLock, clock: PluginClock) {
    this.#journal = journal;
    this.#lock = lock;
    this.#clock = clock;
  }

  get place(): string {
    return this.#journal.id;
  }

  async offer(offers: readonly QueueOffer[]): Promise<void> {
    if (offers.length === 0) return;
    await this.#change(() => ({ records: [{ do: 'offer', offers: [...offers] }], result: undefined }));
  }

  take(lanes: readonly Lane[], max: number, holdMs: number): Promise<TakenJob[]> {
    if (lanes.length === 0 || max <= 0) return Promise.resolve([]);
    return this.#change((memory) => {
      const now = this.#clock.now();
      const picked = memory.pick(lanes, max, now);
      if (picked.length === 0) return { records: [], result: [] };
      const receipt = randomUUID();
      const jobIds = picked.map(({ jobId }) => jobId);
      return {
        records: [{ do: 'take', jobIds, receipt, until: now + holdMs }],
        result: picked.map(({ jobId, payload }) => ({ jobId, receipt, payload: payload ?? null })),
      };
    });
  }

  hold(taken: readonly TakenJob[], holdMs: number): Promise<TakenJob[]> {
    return this.#change((memory) => {
      const now = this.#clock.now();
      memory.callUp(now);
      const held = taken.filter(({ jobId, receipt }) => memory.receiptOf(jobId) === receipt);
      const records = toGroups(held).map(
        ({ receipt, jobIds }) => ({ do: 'hold', jobIds, receipt, until: now + holdMs }) as const,
      );
      return { records, result: held };
    });
  }

  acknowledge(taken: readonly TakenJob[]): Promise<void> {
    return this.#end('acknowledge', taken);
  }

  giveBack(taken: readonly TakenJob[]): Promise<void> {
    return this.#end('give-back', taken);
  }

  withdraw(jobIds: readonly string[]): Promise<void> {
    return this.#change((memory) => {
      const found = jobIds.filter((jobId) => memory.has(jobId));
      return { records: found.length === 0 ? [] : [{ do: 'withdraw', jobIds: found }], result: undefined };
    });
  }

  findMissing(offers: readonly QueueOffer[]): Promise<string[]> {
    return this.#look((memory) => offers.map(({ jobId }) => jobId).filter((jobId) => !memory.has(jobId)));
  }

  async *known(): AsyncIterable<readonly string[]> {
    const ids = await this.#look((memory) => memory.ids());
    for (let from = 0; from < ids.length; from += knownAtOnce) yield ids.slice(from, from + knownAtOnce);
  }

  list(limit: number, offset: number): Promise<QueueItem[]> {
    return this.#look((memory) => memory.list(limit, offset, this.#clock.now()));
  }

  stats(): Promise<QueueStats> {
    return this.#look((memory) => memory.stats(this.#clock.now()));
  }

  clear(): Promise<number> {
    return this.#change((memory) => ({
      records: [{ do: 'clear' }],
      result: memory.stats(this.#clock.now()).length,
    }));
  }

  async probe(): Promise<ProbeResult> {
    return { ok: true, problems: [], facts: { ...(await this.stats()) } };
  }

  async close(): Promise<void> {
    await this.#writing;
    this.#journal.close();
    this.#lock.close();
  }

  #end(what: 'acknowledge' | 'give-back', taken: readonly TakenJob[]): Promise<void> {
    return this.#change((memory) => {
      const held = taken.filter(({ jobId, receipt }) => memory.receiptOf(jobId) === receipt);
      const records = toGroups(held).map(({ receipt, jobIds }) => ({ do: what, jobIds, receipt }) as const);
      return { records, result: undefined };
    });
  }

  #look<Result>(look: (memory: QueueMemory) => Result): Promise<Result> {
    return this.#change((memory) => ({ records: [], result: look(memory) }));
  }

  #change<Result>(
    change: (memory: QueueMemory) => { records: readonly JournalRecord[]; result: Result },
  ): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      let kept: { readonly result: Result } | null = null;
      this.#steps.push({
        run: (memory) => {
          const { records, result } = change(memory);
          kept = { result };
          return records;
        },
        done: () => {
          if (kept !== null) resolve(kept.result);
        },
        fail: reject,
      });
      this.#writing ??= this.#write();
    });
  }

  async #write(): Promise<void> {
    // What is asked for in this turn of the process goes along.
    await Promise.resolve();
    while (this.#steps.length > 0) {
      const steps = this.#steps;
      this.#steps = [];
      try {
        await this.#lock.hold(() => {
          const records: JournalRecord[] = [];
          const memory = this.#journal.read();
          for (const step of steps) {
            const added = step.run(memory);
            // The next step sees what this one did; the journal would do the same when it is read.
            this.#journal.apply(added);
            records.push(...added);
          }
          this.#journal.write(records);
        }, patienceMs);
        for (const step of steps) step.done();
      } catch (error) {
        this.#journal.forget();
        const failure = new QueueUnavailableError('file', { cause: error });
        for (const step of steps) step.fail(failure);
      }
    }
    // In the same turn as the last look at the steps, so that none is left lying.
    this.#writing = null;
  }
}

const toGroups = (taken: readonly TakenJob[]): { readonly receipt: string; readonly jobIds: string[] }[] => {
  const groups = new Map<string, string[]>();
  for (const { jobId, receipt } of taken) groups.set(receipt, [...(groups.get(receipt) ?? []), jobId]);
  return [...groups].map(([receipt, jobIds]) => ({ receipt, jobIds }));
};
