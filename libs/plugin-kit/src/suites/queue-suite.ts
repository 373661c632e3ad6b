import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  QueueUnsupportedError,
  type Lane,
  type QueueAbility,
  type QueueBackend,
  type QueueOffer,
  type TakenJob,
} from '../queue.ts';

export interface QueueHarness {
  readonly backend: QueueBackend;
  /** Makes sure that jobs with these offers exist for backends that look at them; may do nothing. */
  prepare(offers: readonly QueueOffer[]): Promise<void>;
  close(): Promise<void>;
}

const lane: Lane = { pool: 'default', platformTag: 'linux_s390x', pythonTag: 'cp312' };
const otherLane: Lane = { ...lane, pythonTag: 'cp313' };
const holdMs = 600_000;
const jobId = (number: number): string => `job_00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const offerOf = (number: number, more: Partial<QueueOffer> = {}): QueueOffer => ({
  ...lane,
  jobId: jobId(number),
  priority: 0,
  enqueuedAt: 1_700_000_000_000 + number,
  ...more,
});
const idsOf = (taken: readonly { readonly jobId: string }[]): string[] => taken.map((one) => one.jobId);

/**
 * What every queue backend must do, given the abilities of its manifest. Call it in a spec of the plugin, with a harness
 * over a real server that holds nothing yet.
 */
export function queueSuite(
  name: string,
  abilities: readonly string[],
  createHarness: () => Promise<QueueHarness>,
): void {
  const can = (ability: QueueAbility): boolean => abilities.includes(ability);
  /** What a transaction of the caller's, or the caller's own table, does for the others. */
  const itself = it.skipIf(can('transactional'));

  describe(`queue backend ${name}`, () => {
    let harness: QueueHarness;
    let backend: QueueBackend;
    const offer = async (...offers: QueueOffer[]): Promise<void> => {
      await harness.prepare(offers);
      await backend.offer(offers);
    };
    const take = (max: number, lanes: readonly Lane[] = [lane]): Promise<TakenJob[]> =>
      backend.take(lanes, max, holdMs);

    beforeEach(async () => {
      harness = await createHarness();
      backend = harness.backend;
    });
    afterEach(() => harness.close());

    it('answers a probe', async () => {
      expect(await backend.probe()).toMatchObject({ ok: true, problems: [] });
    });

    it('gives the highest priority first, then the oldest', async () => {
      await offer(offerOf(1), offerOf(2), offerOf(3, { priority: 5 }), offerOf(0, { priority: -1000 }));
      expect(idsOf(await take(10))).toEqual([jobId(3), jobId(1), jobId(2), jobId(0)]);
      expect(await take(10)).toEqual([]);
    });

    it('merges lanes by priority and age', async () => {
      await offer(offerOf(1), offerOf(2, otherLane), offerOf(3), offerOf(4, { ...otherLane, priority: 1 }));
      expect(idsOf(await take(3, [lane, otherLane]))).toEqual([jobId(4), jobId(1), jobId(2)]);
    });

    it('gives work of the asked lanes only, however much lies before it', async () => {
      await offer(
        ...Array.from({ length: 50 }, (_, index) => offerOf(index, { ...otherLane, priority: 9 })),
        offerOf(99),
      );
      expect(idsOf(await take(10))).toEqual([jobId(99)]);
      expect((await backend.stats()).length).toBe(50);
    });

    it('gives one job to one taker only', async () => {
      await offer(...Array.from({ length: 40 }, (_, index) => offerOf(index)));
      const taken = await Promise.all(Array.from({ length: 10 }, () => take(4)));
      const all = idsOf(taken.flat());
      expect(all).toHaveLength(40);
      expect(new Set(all).size).toBe(40);
    });

    it('keeps the place of a job that is offered twice, and takes the new priority', async () => {
      await offer(offerOf(1), offerOf(2));
      await offer(offerOf(1, { enqueuedAt: 1_800_000_000_000 }));
      // What cannot list is a log, and counts each of its records until it has read it.
      if (can('list')) expect((await backend.stats()).length).toBe(2);
      await offer(offerOf(2, { priority: 1 }));
      expect(idsOf(await take(5))).toEqual([jobId(2), jobId(1)]);
    });

    it('offers again what is given back, and forgets what is acknowledged', async () => {
      await offer(offerOf(1), offerOf(2));
      const [first, second] = await take(2);
      await backend.giveBack([first!]);
      await backend.acknowledge([second!]);
      expect(idsOf(await take(5))).toEqual([jobId(1)]);
    });

    itself(
      'gives out a job that is offered anew while held, and the end of the old taking is nothing to it',
      async () => {
        await offer(offerOf(1));
        const old = await take(1);
        await offer(offerOf(1));
        const anew = await take(1);
        expect(idsOf(anew)).toEqual([jobId(1)]);
        await backend.acknowledge(old);
        expect(await backend.findMissing([offerOf(1)])).toEqual([]);
        await backend.giveBack(anew);
        expect(idsOf(await take(1))).toEqual([jobId(1)]);
      },
    );

    itself('offers again what nobody held on to', async () => {
      await offer(offerOf(1), offerOf(2));
      const [first, second] = await backend.take([lane], 2, 50);
      expect(idsOf(await backend.hold([first!], holdMs))).toEqual([jobId(1)]);
      await vi.waitFor(async () => expect(idsOf(await take(5))).toEqual([jobId(2)]), { timeout: 10_000 });
      expect(await backend.hold([second!], holdMs)).toEqual([]);
      expect(await backend.hold([first!], holdMs)).toEqual([first]);
    });

    itself('gives nothing out before its time', async () => {
      const notBefore = Date.now() + 400;
      await offer(offerOf(1, { notBefore }), offerOf(2, { notBefore: notBefore + 3_600_000 }), offerOf(3));
      const early = idsOf(await take(5));
      if (Date.now() < notBefore) expect(early).toEqual([jobId(3)]);
      const late = await vi.waitFor(
        async () => {
          const ids = [...early, ...idsOf(await take(5))];
          expect(ids).toHaveLength(2);
          return ids;
        },
        { timeout: 10_000 },
      );
      expect(late.toSorted()).toEqual([jobId(1), jobId(3)]);
      expect((await backend.stats()).length).toBe(1);
    });

    itself('carries a payload along', async () => {
      await offer(offerOf(1, { payload: 'päckchen "1"\n' }), offerOf(2));
      expect((await take(2)).map((one) => one.payload)).toEqual(['päckchen "1"\n', null]);
    });

    it('withdraws jobs that are no longer wanted', async () => {
      await offer(offerOf(1), offerOf(2));
      await backend.withdraw([jobId(1), jobId(7)]);
      expect(idsOf(await take(5))).toEqual([jobId(2)]);
    });

    it('tells which jobs it does not have, and all that it has', async () => {
      await offer(offerOf(1), offerOf(2));
      await take(1);
      const held = can('transactional') ? [jobId(2)] : [jobId(1), jobId(2)];
      expect(await backend.findMissing([offerOf(1), offerOf(2), offerOf(3)])).toEqual(
        [1, 2, 3].map(jobId).filter((id) => !held.includes(id)),
      );
      const known = new Set<string>();
      for await (const ids of backend.known()) for (const id of ids) known.add(id);
      expect([...known].toSorted()).toEqual(held);
    });

    it('tells length and the age of the oldest', async () => {
      expect(await backend.stats()).toEqual({ length: 0, oldestAgeS: null });
      await offer(offerOf(1), offerOf(2), offerOf(3));
      await take(1);
      const { length, oldestAgeS } = await backend.stats();
      expect(length).toBe(2);
      expect(oldestAgeS).toBeGreaterThan(1000);
    });

    it('lists in order, or says that it cannot', async () => {
      await offer(offerOf(1), offerOf(2), offerOf(3), offerOf(4, { priority: 1 }));
      if (!can('list')) {
        await expect(backend.list(2, 1)).rejects.toThrow(QueueUnsupportedError);
        return;
      }
      const items = await backend.list(2, 1);
      expect(items).toEqual(
        [1, 2].map((one) => ({ jobId: jobId(one), enqueuedAt: offerOf(one).enqueuedAt })),
      );
    });

    it('clears, or says that it cannot', async () => {
      await offer(offerOf(1), offerOf(2), offerOf(3));
      if (!can('clear')) {
        await expect(backend.clear()).rejects.toThrow(QueueUnsupportedError);
        return;
      }
      expect(await backend.clear()).toBe(3);
      expect((await backend.stats()).length).toBe(0);
      expect(await take(5)).toEqual([]);
    });

    it('takes nothing for no lanes or no slots, and does nothing for no jobs', async () => {
      await offer(offerOf(1));
      expect(await take(5, [])).toEqual([]);
      expect(await take(0)).toEqual([]);
      await offer();
      await backend.acknowledge([]);
      await backend.giveBack([]);
      await backend.withdraw([]);
      expect(await backend.findMissing([])).toEqual([]);
      expect((await backend.stats()).length).toBe(1);
    });
  });
}
