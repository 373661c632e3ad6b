import { checkResultSchema, commandVerbs } from '@ironwheel/contracts';
import { z } from 'zod';
import { readJsonFile, writeFileAtomic } from '../../state/state-files.ts';

const maxSeen = 200;
const reportSchema = z.object({
  ok: z.boolean(),
  detail: z.string(),
  checks: z.array(checkResultSchema).nullable(),
});
export type CommandReport = z.output<typeof reportSchema>;

const takenSchema = z.object({
  command_id: z.string(),
  generation: z.number().int(),
  verb: z.enum(commandVerbs),
  /** How it ended; null while it is carried out. */
  report: reportSchema.nullable(),
});
export type TakenCommand = z.output<typeof takenSchema>;

const recordSchema = z.object({
  last_generation: z.number().int().nonnegative(),
  seen: z.array(z.string()),
  /** The last few, for a controller that did not hear what was said of them. */
  taken: z.array(takenSchema),
});
type Saved = z.output<typeof recordSchema>;

/** How many are told again with each connection. */
const maxTaken = 5;

/**
 * Which commands were taken. Written to the disk before anything is done, so that after a crash a command is carried out
 * at most once.
 */
export class CommandRecord {
  #saved: Saved = { last_generation: 0, seen: [], taken: [] };
  #writing: Promise<void> = Promise.resolve();

  constructor(readonly path: string) {}

  /** Throws when the file is damaged: a supervisor that does not know what it did does nothing. */
  async load(): Promise<void> {
    this.#saved = (await readJsonFile(this.path, recordSchema)) ?? this.#saved;
  }

  get lastGeneration(): number {
    return this.#saved.last_generation;
  }

  get seen(): readonly string[] {
    return this.#saved.seen;
  }

  get taken(): readonly TakenCommand[] {
    return this.#saved.taken;
  }

  async take(command: Omit<TakenCommand, 'report'>): Promise<void> {
    const { command_id, generation, verb } = command;
    await this.#write({
      last_generation: Math.max(generation, this.#saved.last_generation),
      seen: [...this.#saved.seen, command_id].slice(-maxSeen),
      taken: [...this.#saved.taken, { command_id, generation, verb, report: null }].slice(-maxTaken),
    });
  }

  async finish(commandId: string, report: CommandReport): Promise<void> {
    await this.#write({
      ...this.#saved,
      taken: this.#saved.taken.map((taken) =>
        taken.command_id === commandId ? { ...taken, report } : taken,
      ),
    });
  }

  /** In memory at once, so that two commands of one moment see each other; on the disk one write after the other. */
  #write(saved: Saved): Promise<void> {
    this.#saved = saved;
    const written = this.#writing.then(() =>
      writeFileAtomic(this.path, `${JSON.stringify(this.#saved)}\n`, 0o600),
    );
    this.#writing = written.catch(() => undefined);
    return written;
  }
}
