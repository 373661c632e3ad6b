import { startController, type TestController, type TestWorker } from '@ironwheel/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { histories } from '../../apps/controller/test/claim-history.ts';
import { ClaimsFixture } from '../../apps/controller/test/claims-fixture.ts';
import { machineTimes, RealClaims } from '../../apps/controller/test/real-claims.ts';
import { ReapLeases } from '../../apps/controller/src/work/claims/reap-leases.ts';
import { ReleaseWaiting } from '../../apps/controller/src/work/jobs/index.ts';

describe('hundreds of histories of the claim protocol', () => {
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

  it('go the same way through a controller with its Postgres as through the machine', async () => {
    const property = fc.asyncProperty(histories(40), (history) =>
      RealClaims.compare(controller, workers, lookAfter, history),
    );
    await fc.assert(property, { numRuns: 300, endOnFailure: true });
  });
});
