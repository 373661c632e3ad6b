import { callController, startController, type TestAnswer, type TestController } from '@ironwheel/testing';
import type { Claim } from '@ironwheel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClaimsFixture } from '../../../test/claims-fixture.ts';
import { Database, shareTransaction } from '../../platform/index.ts';
import { ClaimsRepository } from './claims.repository.ts';

const others = 6;

describe('renewals and log chunks that come together', () => {
  let controller: TestController;
  let database: Database;
  let at: ClaimsFixture;
  beforeAll(async () => {
    controller = await startController({ env: { CLAIM_LEASE_S: '600' } });
    database = controller.app.get(Database, { strict: false });
    at = new ClaimsFixture(controller);
  });
  afterAll(() => controller.close());

  const claimOne = async () => {
    const worker = await at.worker();
    await at.enqueue(`job-of-${worker.id}`);
    return { worker, claim: await at.claim(worker) };
  };
  const append = (claim: Claim, text: string) =>
    callController(controller, 'POST', `/api/attempts/${claim.attempt_id}/log-chunks`, claim.attempt_token, {
      fencing: claim.fencing,
      chunks: [{ seq: 0, offset: 0, text }],
      final: false,
    });

  const whileLocked = <Answer>(attemptId: string, act: () => Promise<Answer>): Promise<Answer> =>
    database.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM attempts WHERE id = $1 FOR UPDATE', [attemptId]);
      return act();
    });

  it('do not wait for one whose attempt is locked, which has its turn in the end', async () => {
    const held = await claimOne();
    const free = await Promise.all(Array.from({ length: others }, claimOne));
    let waiting: Promise<TestAnswer>[] = [];
    const served = await whileLocked(held.claim.attempt_id, () => {
      waiting = [at.askRenewal(held.worker, held.claim), append(held.claim, 'held up\n')];
      return Promise.all(
        free.flatMap(({ worker, claim }) => [at.askRenewal(worker, claim), append(claim, 'goes on\n')]),
      );
    });
    expect(served.map(({ status }) => status)).toEqual(served.map(() => 200));
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('pass over one whose attempt is locked when they share a transaction, and serve the others', async () => {
    const held = await claimOne();
    const free = await Promise.all(Array.from({ length: others }, claimOne));
    const all = [held, ...free].map(({ claim }) => claim);
    const claims = controller.app.get(ClaimsRepository, { strict: false });
    const renewed = await whileLocked(held.claim.attempt_id, () =>
      database.transaction((tx) =>
        shareTransaction(tx, all, (shared, { attempt_id: attemptId, fencing }) =>
          claims.renew(shared, { attemptId, workerId: null, fencing, phase: null }, 600),
        ),
      ),
    );
    expect(renewed.map((row) => row?.id)).toEqual([undefined, ...free.map(({ claim }) => claim.attempt_id)]);
  });

  it('refuse the one that is too late, and nobody else', async () => {
    const [late, ...free] = await Promise.all(Array.from({ length: others }, claimOne));
    if (late === undefined) throw new Error('there is none');
    await at.report(late.claim, { error: { code: 'BUILD_FAILED', message: 'It failed.', lines: [] } });
    const [refused, ...served] = await Promise.all(
      [late, ...free].map(({ worker, claim }) => at.askRenewal(worker, claim)),
    );
    expect(refused).toMatchObject({ status: 409, body: { error: 'LEASE_LOST' } });
    expect(served.map(({ status }) => status)).toEqual(served.map(() => 200));
    const gap = { fencing: late.claim.fencing, chunks: [{ seq: 3, offset: 9, text: 'x' }], final: false };
    const [misfit, ...taken] = await Promise.all([
      callController(
        controller,
        'POST',
        `/api/attempts/${late.claim.attempt_id}/log-chunks`,
        late.claim.attempt_token,
        gap,
      ),
      ...free.map(({ claim }) => append(claim, 'a line\n')),
    ]);
    expect(misfit).toMatchObject({ status: 409, body: { error: 'LOG_GAP' } });
    expect(taken.map(({ status }) => status)).toEqual(taken.map(() => 200));
  });
});
