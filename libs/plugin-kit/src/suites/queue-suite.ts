import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lane, QueueBackend, QueueOffer } from '../queue.ts';

export interface QueueHarness {
  readonly backend: QueueBackend;
  /** Makes sure that jobs with these offers exist for backends that look at them; may do nothing. */
  prepare(offers: readonly QueueOffer[]): Promise<void>;
  close(): Promise<void>;
}

const lane: Lane = { pool: 'default', platformTag: 'linux_s390x', pythonTag: 'cp312' };
const otherLane: Lane = { ...lane, pythonTag: 'cp313' };
const jobId = (number: number): string => `job_00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const offerOf = (number: number, more: Partial<QueueOffer> = {}): QueueOffer => ({
  ...lane,
  jobId: jobId(number),
  priority: 0,
  enqueuedAt: 1_700_000_000_000 + number,
  ...more,
});

/** What every queue backend must do. Call it in a spec of the plugin, with a harness over a real server. */
export function queueSuite(name: string, createHarness: () => Promise<QueueHarness>): void {
  describe(`queue backend ${name}`, () => {
    let harness: QueueHarness;
    let backend: QueueBackend;
    const offer = async (...offers: QueueOffer[]): Promise<void> => {
      await harness.prepare(offers);
      await backend.offer(offers);
    };

    beforeEach(async () => {
      harness = await createHarness();
      backend = harness.backend;
      await backend.clear();
    });
    afterEach(() => harness.close());

    it('gives the highest priority first, then the oldest', async () => {
      await offer(offerOf(1), offerOf(2), offerOf(3, { priority: 5 }));
      expect(await backend.take([lane], 10)).toEqual([jobId(3), jobId(1), jobId(2)]);
      expect(await backend.take([lane], 10)).toEqual([]);
    });

    it('gives work of the asked lanes only, however much lies before it', async () => {
      await offer(
        ...Array.from({ length: 50 }, (_, index) => offerOf(index, { ...otherLane, priority: 9 })),
        offerOf(99),
      );
      expect(await backend.take([lane], 10)).toEqual([jobId(99)]);
      expect((await backend.stats()).length).toBe(50);
    });

    it('gives one job to one taker only', async () => {
      await offer(...Array.from({ length: 40 }, (_, index) => offerOf(index)));
      const taken = await Promise.all(Array.from({ length: 10 }, () => backend.take([lane], 4)));
      const all = taken.flat();
      expect(all).toHaveLength(40);
      expect(new Set(all).size).toBe(40);
    });

    it('keeps the place of a job that is offered twice, and takes the new priority', async () => {
      await offer(offerOf(1), offerOf(2));
      await offer(offerOf(1, { enqueuedAt: 1_800_000_000_000 }));
      expect((await backend.stats()).length).toBe(2);
      await offer(offerOf(2, { priority: 1 }));
      expect(await backend.take([lane], 2)).toEqual([jobId(2), jobId(1)]);
    });

    it('offers again what is given back, and forgets what is acknowledged', async () => {
      await offer(offerOf(1), offerOf(2));
      const [first, second] = await backend.take([lane], 2);
      await backend.giveBack([first!]);
      await backend.acknowledge([second!]);
      expect(await backend.take([lane], 5)).toEqual([first]);
    });

    it('withdraws jobs that are no longer wanted', async () => {
      await offer(offerOf(1), offerOf(2));
      await backend.withdraw([jobId(1), jobId(7)]);
      expect(await backend.take([lane], 5)).toEqual([jobId(2)]);
    });

    it('lists in order, tells length and the age of the oldest, and clears', async () => {
      expect(await backend.stats()).toEqual({ length: 0, oldestAgeS: null });
      await offer(offerOf(1), offerOf(2), offerOf(3));
      expect((await backend.list(2, 1)).map((item) => item.jobId)).toEqual([jobId(2), jobId(3)]);
      expect((await backend.stats()).oldestAgeS).toBeGreaterThan(0);
      expect(await backend.clear()).toBe(3);
      expect((await backend.stats()).length).toBe(0);
    });

    it('takes nothing for no lanes or no slots', async () => {
      await offer(offerOf(1));
      expect(await backend.take([], 5)).toEqual([]);
      expect(await backend.take([lane], 0)).toEqual([]);
    });
  });
}
