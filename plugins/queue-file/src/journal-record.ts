import { crc32 } from 'node:zlib';
import type { QueueMemory } from '@ironwheel/plugin-kit';
import { z } from 'zod';

const offerSchema = z.object({
  jobId: z.string(),
  pool: z.string(),
  platformTag: z.string(),
  pythonTag: z.string(),
  priority: z.number(),
  enqueuedAt: z.number(),
  notBefore: z.number().optional(),
  payload: z.string().optional(),
});
const jobIdsSchema = z.array(z.string());
const untilSchema = z.number();

/** What a line of the journal says. `until` is a moment in milliseconds since the epoch. */
const recordSchema = z.discriminatedUnion('do', [
  /** First line of every journal: which queue it is. */
  z.object({ do: z.literal('open'), id: z.string() }),
  z.object({ do: z.literal('offer'), offers: z.array(offerSchema) }),
  /** A line of a journal that was written anew: an item as it was then. */
  z.object({
    do: z.literal('keep'),
    offer: offerSchema,
    receipt: z.string().nullable(),
    until: untilSchema.nullable(),
  }),
  z.object({ do: z.literal('take'), jobIds: jobIdsSchema, receipt: z.string(), until: untilSchema }),
  z.object({ do: z.literal('hold'), jobIds: jobIdsSchema, receipt: z.string(), until: untilSchema }),
  z.object({ do: z.literal('acknowledge'), jobIds: jobIdsSchema, receipt: z.string() }),
  z.object({ do: z.literal('give-back'), jobIds: jobIdsSchema, receipt: z.string() }),
  z.object({ do: z.literal('withdraw'), jobIds: jobIdsSchema }),
  z.object({ do: z.literal('clear') }),
]);
export type JournalRecord = z.input<typeof recordSchema>;

/** One line: checksum of the text in hexadecimal, a space, the text. */
export const formatRecord = (record: JournalRecord): string => {
  const text = JSON.stringify(record);
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
};

/** Null for a line that is damaged. */
export function readRecord(line: string): JournalRecord | null {
  const text = line.slice(9);
  if (line[8] !== ' ' || crc32(text).toString(16).padStart(8, '0') !== line.slice(0, 8)) return null;
  const parsed = recordSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

/** Carries out what a record says. */
export function applyRecord(memory: QueueMemory, record: JournalRecord): void {
  switch (record.do) {
    case 'open':
      return;
    case 'offer':
      for (const offer of record.offers) memory.offer(offer);
      return;
    case 'keep':
      memory.restore(record);
      return;
    case 'take':
      for (const jobId of record.jobIds) memory.take(jobId, record.receipt, record.until);
      return;
    case 'hold':
      for (const jobId of record.jobIds) memory.hold(jobId, record.receipt, record.until);
      return;
    case 'acknowledge':
      for (const jobId of record.jobIds) memory.acknowledge(jobId, record.receipt);
      return;
    case 'give-back':
      for (const jobId of record.jobIds) memory.giveBack(jobId, record.receipt);
      return;
    case 'withdraw':
      for (const jobId of record.jobIds) memory.withdraw(jobId);
      return;
    case 'clear':
      memory.clear();
  }
}

/** The state as records, for a journal that is written anew. */
export function* toRecords(memory: QueueMemory): Iterable<JournalRecord> {
  for (const { offer, receipt, until } of memory.entries()) {
    yield { do: 'keep', offer, receipt, until };
  }
}
