import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { claimSchema, fileNameSchema, resultSchema, sha256Schema, type Claim } from '@ironwheel/contracts';
import { driverSteps, type StepHandle } from '@ironwheel/plugin-kit';
import { z } from 'zod';
import { readJsonFile, writeFileAtomic } from '../../state/state-files.ts';

const stepHandleSchema = z.object({
  version: z.literal(1),
  runner: z.string(),
  attemptId: z.string(),
  step: z.enum(driverSteps),
  reference: z.record(z.string(), z.union([z.string(), z.number()])),
}) satisfies z.ZodType<StepHandle>;

/** A wheel that lies in the work directory, by its path relative to it. */
const keptArtifactSchema = z.object({
  filename: fileNameSchema,
  sha256: sha256Schema,
  size: z.number().int().nonnegative(),
  path: z.string(),
});
export type KeptArtifact = z.output<typeof keptArtifactSchema>;

const recordSchema = z.object({
  version: z.literal(1),
  claim: claimSchema,
  claimed_at: z.iso.datetime(),
  /** Written before the wait for a step, so that a later life finds what still runs. */
  handle: stepHandleSchema.nullable(),
  /** True once the last word about the attempt was said: only its log may be left to send. */
  ended: z.boolean().default(false),
});
type AttemptRecordData = z.output<typeof recordSchema>;

const deliverySchema = z.object({
  version: z.literal(1),
  result: resultSchema,
  artifacts: z.array(keptArtifactSchema),
});
export type Delivery = z.output<typeof deliverySchema>;

/** What must be known of an attempt after a crash: `attempt.json`, and `delivery.json` once it has a result. */
export class AttemptRecord {
  readonly directory: string;
  #data: AttemptRecordData;

  private constructor(directory: string, data: AttemptRecordData) {
    this.directory = directory;
    this.#data = data;
  }

  static async create(attemptsDirectory: string, claim: Claim, now: Date): Promise<AttemptRecord> {
    const directory = join(attemptsDirectory, claim.attempt_id);
    await mkdir(directory, { recursive: true, mode: 0o711 });
    const record = new AttemptRecord(directory, {
      version: 1,
      claim,
      claimed_at: now.toISOString(),
      handle: null,
      ended: false,
    });
    await record.#save();
    return record;
  }

  /** Null when the directory holds no readable record: the crash came before it was written. */
  static async read(attemptsDirectory: string, attemptId: string): Promise<AttemptRecord | null> {
    const directory = join(attemptsDirectory, attemptId);
    const data = await readJsonFile(join(directory, 'attempt.json'), recordSchema).catch(() => null);
    return data === null ? null : new AttemptRecord(directory, data);
  }

  get claim(): Claim {
    return this.#data.claim;
  }

  get claimedAt(): Date {
    return new Date(this.#data.claimed_at);
  }

  get handle(): StepHandle | null {
    return this.#data.handle;
  }

  get workDirectory(): string {
    return join(this.directory, 'work');
  }

  get ended(): boolean {
    return this.#data.ended;
  }

  async saveEnded(): Promise<void> {
    this.#data = { ...this.#data, ended: true };
    await this.#save();
  }

  async saveHandle(handle: StepHandle): Promise<void> {
    this.#data = { ...this.#data, handle };
    await this.#save();
  }

  async saveDelivery(delivery: Delivery): Promise<void> {
    await writeFileAtomic(join(this.directory, 'delivery.json'), JSON.stringify(delivery));
  }

  findDelivery(): Promise<Delivery | null> {
    return readJsonFile(join(this.directory, 'delivery.json'), deliverySchema).catch(() => null);
  }

  /** Removes what the build left; the record stays. */
  async removeWork(): Promise<void> {
    await rm(this.workDirectory, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Removes the attempt's directory with everything that the build left. */
  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }

  async #save(): Promise<void> {
    await writeFileAtomic(join(this.directory, 'attempt.json'), JSON.stringify(this.#data));
  }
}

/** Ids of the attempts that an earlier life left in the directory. */
export const listAttemptDirectories = async (attemptsDirectory: string): Promise<string[]> => {
  await mkdir(attemptsDirectory, { recursive: true, mode: 0o711 });
  const entries = await readdir(attemptsDirectory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
};
