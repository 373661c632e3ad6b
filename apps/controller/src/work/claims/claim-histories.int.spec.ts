import { startController, type TestController, type TestWorker } from '@ironwheel/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { histories } from '../../../test/claim-history.ts';
import { ClaimsFixture } from '../../../test/claims-fixture.ts';
import { machineTimes, RealClaims } from '../../../test/real-claims.ts';
import { ReleaseWaiting } from '../jobs/index.ts';
import { ReapLeases } from './reap-leases.ts';

// test/histories/ runs hundreds of them.
describe('the claim protocol of a controller', () => {
  let controller: TestController;
  let workers: TestWorker[];
  beforeAll(async () => {
    controller = await startController({ env: machineTimes });
    const at = new ClaimsFixture(controller);
    workers = await Promise.all(Array.from({ length: 4 }, () => at.worker()));
  });
  afterAll(() => controller.close());

  const lookAfter = async (): Promise<void> => {
    const reaper = controller.app.get(ReapLeases, { strict: false });
    await reaper.reap();
    await reaper.closeOrphaned();
    await controller.app.get(ReleaseWaiting, { strict: false }).release();
  };

  it('does what its machine does, step by step', async () => {
    const property = fc.asyncProperty(histories(25), (history) =>
      RealClaims.compare(controller, workers, lookAfter, history),
    );
    await fc.assert(property, { numRuns: 12, endOnFailure: true });
  });
});
