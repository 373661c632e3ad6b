import type { QueueBackend, SqlExecutor, TakenJob } from '@ironwheel/plugin-kit';
import type { StructuredLogger } from '@ironwheel/logging';
import { describe, expect, it, vi } from 'vitest';
import type { NotificationBus } from '../../platform/index.ts';
import type { QueueChangesRepository } from './queue-changes.repository.ts';
import { QueueGateway } from './queue-gateway.ts';

const lanes = [{ pool: 'default', platformTag: 'linux_s390x', pythonTag: 'cp312' }];
const job = (jobId: string): TakenJob => ({ jobId, receipt: jobId, payload: null });
const idsOf = (calls: readonly (readonly unknown[])[]): string[] =>
  calls.flatMap(([taken]) => (taken as TakenJob[]).map(({ jobId }) => jobId));

describe('a claim that takes from a backend outside of Postgres', () => {
  const open = () => {
    const backend = {
      take: vi.fn(() => Promise.resolve([job('a'), job('b')])),
      acknowledge: vi.fn(() => Promise.resolve()),
      giveBack: vi.fn(() => Promise.resolve()),
    };
    const gateway = new QueueGateway(
      'redis',
      backend as unknown as QueueBackend,
      [],
      {} as unknown as NotificationBus,
      {} as unknown as QueueChangesRepository,
      { warn: () => undefined } as unknown as StructuredLogger,
    );
    return {
      gateway,
      done: () => idsOf(backend.acknowledge.mock.calls),
      back: () => idsOf(backend.giveBack.mock.calls),
    };
  };
  const transaction = (): SqlExecutor => ({ query: () => Promise.resolve([]) });

  it('is done with what it took, but for what it leaves', async () => {
    const { gateway, done, back } = open();
    await gateway.claiming(async ({ take, leave }) => {
      const tx = transaction();
      expect(await take(tx, lanes, 2)).toEqual(['a', 'b']);
      await leave(tx, ['b']);
    });
    expect(done()).toEqual(['a']);
    expect(back()).toEqual(['b']);
  });

  it('gives all of it back when it fails', async () => {
    const { gateway, done, back } = open();
    const failing = gateway.claiming(async ({ take, leave }) => {
      const tx = transaction();
      await take(tx, lanes, 2);
      await leave(tx, ['b']);
      throw new Error('it fails');
    });
    await expect(failing).rejects.toThrow('it fails');
    expect(done()).toEqual([]);
    expect(back()).toEqual(['a', 'b']);
  });

  it('gives back what a run took that was run again', async () => {
    const { gateway, done, back } = open();
    await gateway.claiming(async ({ take }) => {
      await take(transaction(), lanes, 2);
      await take(transaction(), lanes, 2);
    });
    expect(done()).toEqual(['a', 'b']);
    expect(back()).toEqual(['a', 'b']);
  });
});
