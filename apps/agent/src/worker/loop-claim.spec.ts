import { createLogger } from '@ironwheel/logging';
import type { Runner, RunnerProbe } from '@ironwheel/plugin-kit';
import { describe, expect, it } from 'vitest';
import { AttemptRegistry } from './attempt/attempt-registry.ts';
import { ClockOffset } from '../controller-link/clock-offset.ts';
import type { ControllerClient } from '../controller-link/controller-client.ts';
import type { ClaimKey } from './claim-key.ts';
import { HealthGate } from './health-gate.ts';
import { ClaimLoop } from './loop-claim.ts';
import { WorkerStatus } from './worker-status.ts';

/** A host that is so slow that the look at it never ends. */
const createGate = (): { gate: HealthGate; probes: () => number } => {
  let probes = 0;
  const probe = (): Promise<RunnerProbe> => {
    probes += 1;
    return new Promise(() => undefined);
  };
  const gate = new HealthGate({
    runner: { probe } as unknown as Runner,
    clockOffset: new ClockOffset(),
    directory: '/',
    minFreeDiskBytes: 0,
    maxClockOffsetMs: 1000,
  });
  return { gate, probes: () => probes };
};

describe('on a host where looking takes long', () => {
  it('a worker that is to drain stops claiming at once', async () => {
    const status = new WorkerStatus();
    status.move('working');
    const { gate, probes } = createGate();
    const loop = new ClaimLoop({
      client: {} as unknown as ControllerClient,
      key: {} as unknown as ClaimKey,
      logger: createLogger({ service: 'test', level: 'silent' }),
      limits: { runnerName: 'podman', pool: null, pythonVersion: null, platformTag: null },
      registry: new AttemptRegistry(),
      status,
      gate,
      slots: 1,
      waitS: 1,
      accept: () => Promise.reject(new Error('nothing is claimed here')),
    });
    const running = loop.run();
    await expect.poll(probes).toBe(1);
    status.move('draining');
    await running;
    expect(probes()).toBe(1);
  });

  it('all who ask at the same time get one look', async () => {
    const { gate, probes } = createGate();
    void gate.check();
    void gate.check();
    await expect.poll(probes).toBe(1);
  });
});
