import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runner, RunnerProbe } from '@ironwheel/plugin-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClockOffset } from '../controller-link/clock-offset.ts';
import { parseOwnCgroup } from './delegated-cgroup.ts';
import { HealthFileWriter, readHealthFile } from './health-file.ts';
import { HealthGate } from './health-gate.ts';

const probeOf = (memory: boolean, pids: boolean, cgroups: string): RunnerProbe => ({
  ok: true,
  problems: [],
  facts: { cgroups },
  pythonTags: ['cp312'],
  platformTags: ['linux_x86_64'],
  enforces: { networkOff: true, memory, pids, cpu: false, filesystem: true },
});

describe('limits that do not hold', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ironwheel-limits-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const check = (probe: RunnerProbe, requireLimits: boolean) => {
    const writer = new HealthFileWriter(directory);
    return new HealthGate({
      runner: { probe: () => Promise.resolve(probe) } as unknown as Runner,
      clockOffset: new ClockOffset(),
      directory,
      minFreeDiskBytes: 0,
      maxClockOffsetMs: 1000,
      requireLimits,
      onReport: (report, seen) => writer.write(report, seen?.enforces ?? null),
    }).check();
  };

  it('keep the worker from claiming, and the mend fits the host', async () => {
    const old = await check(probeOf(false, false, 'v1'), true);
    expect(old).toMatchObject({ ok: false, problems: [{ code: 'LIMITS_NOT_ENFORCED' }] });
    expect(old.problems[0]?.text).toMatch(/memory and processes .*cgroup v1.*unified_cgroup_hierarchy/);
    const plain = await check(probeOf(false, true, 'v2'), true);
    expect(plain.problems[0]?.text).toMatch(/Limits of memory do not hold.*ironwheel-worker\.service/);
  });

  it('stand in the way of nothing where they hold, or where the operator allows it', async () => {
    expect((await check(probeOf(true, true, 'v2'), true)).ok).toBe(true);
    expect((await check(probeOf(false, false, 'v1'), false)).ok).toBe(true);
  });

  it('are written down for doctor', async () => {
    await check(probeOf(false, true, 'v2'), true);
    expect(await readHealthFile(directory)).toMatchObject({
      ok: false,
      problems: [{ code: 'LIMITS_NOT_ENFORCED' }],
      enforces: { memory: false, pids: true },
    });
  });

  it('are looked for in a control group only where it is the one of cgroup v2', () => {
    expect(parseOwnCgroup('0::/system.slice/ironwheel-worker.service\n')).toBe(
      '/system.slice/ironwheel-worker.service',
    );
    expect(parseOwnCgroup('0::/\n')).toBeNull();
    expect(parseOwnCgroup('4:memory:/x\n0::/system.slice/a.service\n')).toBeNull();
    expect(parseOwnCgroup('0::/../../elsewhere\n')).toBeNull();
  });
});
