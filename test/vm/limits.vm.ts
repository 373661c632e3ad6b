import type { CheckResult, ServerView } from '@ironwheel/contracts';
import { fixturePath } from '@ironwheel/plugin-kit/suites';
import { until } from '../drills/drill-process.ts';
import type { JobDetail } from '../fleet/fleet-controller.ts';
import { agentUnit, pasteLine, ProvisionedHost, workerUnit } from '../fleet/provisioned-host.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VirtualHost } from './virtual-host.ts';
import { findVmDisk, imageArchivePath } from './vm-disk.ts';
import { patienceMs, VmStage } from './vm-stage.ts';

const disk = findVmDisk();
const why = 'why' in disk ? disk.why : null;
if (why !== null) process.stdout.write(`limits of a real kernel are not shown here: ${why}\n`);

const limits = { memoryBytes: 768 * 1024 ** 2, pids: 120 };
const unitGroup = `/sys/fs/cgroup/system.slice/${workerUnit}`;

describe.skipIf(why !== null)('a host with cgroup v2, as production has it', () => {
  let stage: VmStage;
  let host: VirtualHost;
  const measured: string[] = [];
  const measure = async <Result>(what: string, work: Promise<Result>): Promise<Result> => {
    const startedAt = performance.now();
    const result = await work;
    measured.push(`${what} ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    return result;
  };

  beforeAll(async () => {
    if ('why' in disk) return;
    const settings = {
      BUILD_MEMORY_BYTES: String(limits.memoryBytes),
      BUILD_PIDS: String(limits.pids),
    };
    stage = await measure('boot', VmStage.start(disk, settings));
    host = stage.host;
  });
  afterAll(async () => {
    process.stdout.write(`virtual machine: ${measured.join(', ')}\n`);
    await stage.close();
  });

  const findServer = async (): Promise<ProvisionedHost<VirtualHost>> => {
    const { items } = await stage.controller.get<{ items: ServerView[] }>('/api/servers');
    return new ProvisionedHost(host, items[0]?.server_id ?? '', stage.controller);
  };
  /** The worker was not ended by what its builds did. */
  const expectSameWorker = async (pid: string): Promise<void> => {
    expect(await host.unit(workerUnit, 'MainPID')).toBe(pid);
    expect(await host.unit(workerUnit, 'ActiveState')).toBe('active');
    await (await findServer()).isUp();
  };
  /** Builds a package that asks for too much, once: code and log of the attempt. */
  const failOf = async (fixture: string): Promise<{ code: string | undefined; log: string }> => {
    const { name } = await stage.build(fixturePath(fixture), '--detach');
    const hasFailed = ({ attempts }: JobDetail): boolean => (attempts[0]?.error ?? null) !== null;
    const { job_id: id, attempts } = await measure(
      fixture,
      stage.jobWhen(name, 'an attempt fails', hasFailed),
    );
    // It would be tried once more.
    await stage.controller.command('jobs', 'cancel', id);
    const log = await until(
      'the whole log',
      async () => {
        const lines = await stage.controller.log(attempts[0]?.attempt_id ?? '');
        return lines.some((line) => line.includes('--- build')) && lines.join('\n');
      },
      () => stage.controller.tell(),
      patienceMs,
    );
    return { code: attempts[0]?.error?.code, log };
  };
  /** Control groups of containers: of builds, and for moments of those in which the worker tries the host out. */
  const containerGroups = (): Promise<string> =>
    host.exec(`find ${unitGroup}/builds -ignore_readdir_race -mindepth 1 -maxdepth 1 -type d`);
  const containers = (): Promise<string> =>
    host.exec(
      'cat /var/lib/ironwheel-worker/.local/share/containers/storage/overlay-containers/containers.json',
    );
  /** What a build left would stay for ever; a container that tries the host out goes by itself. */
  const noContainerIsLeft = (): Promise<true> =>
    until(
      'no container is left, nor its control group',
      async () => (await containers()).trim() === '[]' && (await containerGroups()) === '',
      () => host.tell(),
      patienceMs,
    );

  it('boots with nothing else', async () => {
    expect(await host.exec('stat --file-system --format=%T /sys/fs/cgroup')).toBe('cgroup2fs\n');
    expect(await host.exec('grep -c cgroup /proc/self/mounts')).toBe('1\n');
  });

  it('becomes a server that claims by the line alone: its limits are proved', async () => {
    const added = await stage.controller.command('servers', 'add', host.name);
    expect(added.code, added.stderr).toBe(0);
    const image = ['--image', imageArchivePath, '--image-name', 'why' in disk ? '' : disk.buildImage];
    const installed = await measure('install', pasteLine(host, added.stdout.trim(), ...image));
    const told = installed.stdout + installed.stderr;
    expect(installed.code, told + (await host.journal(workerUnit))).toBe(0);
    expect(told).not.toContain('claims nothing yet');

    const server = await findServer();
    await server.isUp();
    expect((await server.worker()).problems).toEqual([]);
    expect(await host.unit(workerUnit, 'Delegate')).toBe('yes');
    expect(await host.unit(workerUnit, 'DelegateControllers')).toBe('cpu memory pids');
    // No more than these is asked for. Yet a unit gets what a sibling is to have, too: Debian's podman.service, known to
    // systemd by its socket, is to have everything. And the runtime of containers switches on all that it finds.
    const handedOn = await host.exec(`cat ${unitGroup}/builds/cgroup.subtree_control`);
    expect(handedOn.trim().split(' ')).toEqual(expect.arrayContaining(['cpu', 'memory', 'pids']));
    // No process is left in the group that hands controllers on.
    expect(await host.exec(`cat ${unitGroup}/cgroup.procs`)).toBe('');
  });

  it('builds a C extension in rootless podman that ends in the index', async () => {
    const build = await measure('build', stage.build('checksum'));
    expect(build.code, build.stdout + build.stderr + (await host.journal(workerUnit))).toBe(0);
    const path = `/index/cp311-linux_x86_64/simple/${build.name}/`;
    const page = await stage.controller.call<string>('GET', path, undefined, 'text/html');
    expect(page.body).toMatch(/ironwheel_sample_checksum-[^"]*-cp311-cp311-linux_x86_64\.whl/);
    await noContainerIsLeft();
  });

  it('ends a build that takes more memory than it may, and the worker lives on', async () => {
    const pid = await host.unit(workerUnit, 'MainPID');
    const { code, log } = await failOf('takes-memory');
    expect(code, log).toBe('OUT_OF_MEMORY');
    // It tells of every 256 MiB that it has.
    expect(log).toContain('528 MiB');
    expect(log).not.toContain('784 MiB');
    await expectSameWorker(pid);
  });

  it('refuses a fork bomb more processes than a build may have', async () => {
    const pid = await host.unit(workerUnit, 'MainPID');
    const { code, log } = await failOf('forks-endlessly');
    expect(code, log).toBe('PIDS_LIMIT');
    expect(log).toContain('Resource temporarily unavailable');
    const most = Number(/(\d+) processes at most/.exec(log)?.[1]);
    expect(most).toBeGreaterThan(limits.pids / 2);
    expect(most).toBeLessThanOrEqual(limits.pids);
    await expectSameWorker(pid);
  });

  it('keeps no container when the unit of the worker is started anew in the middle of a build', async () => {
    const pid = await host.unit(workerUnit, 'MainPID');
    const { name } = await stage.build(fixturePath('hangs'), '--detach');
    // The phase begins before its container; only what the build itself starts shows that it runs.
    const { attempts } = await stage.jobWhen(
      name,
      'it builds',
      ({ attempts: [attempt] }) => attempt?.phase === 'build',
    );
    const container = `ironwheel-${attempts[0]?.attempt_id}-build`;
    const orphan = await until(
      'the build hangs',
      async () => (await host.findProcesses('ironwheel-fixture-orphan'))[0] ?? null,
      () => host.tell(),
      patienceMs,
    );
    const [group] = /\/builds\/[^/\s]+/.exec(await host.exec(`cat /proc/${orphan}/cgroup`)) ?? ['no group'];
    expect(await containerGroups()).toContain(group);
    expect(await containers()).toContain(container);
    expect(await host.findProcesses('conmon', container)).not.toEqual([]);
    const server = await findServer();
    // What is cut off is queued again; nothing of it may start here.
    await server.intend('pause');
    await measure('restart', host.exec(`systemctl restart ${workerUnit}`, { timeoutMs: patienceMs }));
    expect(await host.unit(workerUnit, 'MainPID')).not.toBe(pid);
    expect(await host.findProcesses('ironwheel-fixture-orphan')).toEqual([]);
    expect(await host.findProcesses('conmon', container)).toEqual([]);
    expect(await containerGroups()).not.toContain(group);
    expect(await containers()).not.toContain(container);
    await server.isUp();
    await noContainerIsLeft();
    await stage.jobWhen(name, 'the attempt has ended', ({ attempts }) =>
      attempts.every(({ state }) => state !== 'running' && state !== 'claimed'),
    );
  });

  it('is found to be well by doctor', async () => {
    const { code, stdout } = await host.try('ironwheel-agent doctor --json');
    const { checks } = JSON.parse(stdout) as { checks: CheckResult[] };
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(code).toBe(0);
    expect(checks.find(({ check }) => check === 'limits')?.measured).toBe(
      'memory holds, processes hold (seen from a container)',
    );
  });

  it('has units as closed as elsewhere', async () => {
    const exposureOf = async (unit: string): Promise<number> => {
      const text = await host.exec(`systemd-analyze security --no-pager ${unit} | tail -n 1`);
      return Number(/ (\d+\.\d+) /.exec(text)?.[1]);
    };
    const exposure = { agent: await exposureOf(agentUnit), worker: await exposureOf(workerUnit) };
    process.stdout.write(`systemd-analyze security: agent ${exposure.agent}, worker ${exposure.worker}\n`);
    expect(exposure.agent).toBeLessThanOrEqual(2);
    expect(exposure.worker).toBeLessThanOrEqual(3);
  });
});
