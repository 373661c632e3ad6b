import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkerView } from '@ironwheel/contracts';
import { createTestDirectory, removeTestDirectory } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DrillProcess } from '../drills/drill-process.ts';
import { until } from '../drills/drill-process.ts';
import { DrillStage } from '../drills/drill-stage.ts';
import { repositoryRoot } from '../guards/repository-files.ts';
import { EmulatedHost } from './emulated-host.ts';

const shared = createTestDirectory('s390x');
const host = EmulatedHost.find(join(repositoryRoot, '.cache', 's390x-host'), shared);
const why = 'why' in host ? host.why : null;
if (why !== null) {
  removeTestDirectory(shared);
  process.stdout.write(`the agent is not shown on s390x here: ${why}\n`);
}

/** Emulation is about ten times slower. */
const patienceMs = 540_000;
const agent = ['/usr/bin/node', '/mnt/agent/main.mjs'];

describe.skipIf(why !== null)('an agent on an emulated s390x', () => {
  let stage: DrillStage;
  let worker: DrillProcess | null = null;
  const tell = (): string => `${stage.tell()}\n--- worker\n${worker?.lines.slice(-40).join('\n') ?? ''}`;

  beforeAll(async () => {
    stage = new DrillStage();
    cpSync(join(repositoryRoot, 'dist', 'agent'), join(shared, 'agent'), { recursive: true });
    cpSync(join(repositoryRoot, 'build-driver'), join(shared, 'build-driver'), { recursive: true });
    await stage.startController();
  });
  afterAll(async () => {
    worker?.signal('SIGTERM');
    await worker?.kill();
    await stage.close();
    removeTestDirectory(shared);
  });

  it('enrols, heartbeats, and builds a C extension that is for s390x and can be imported there', async () => {
    if ('why' in host) return;
    const token = await stage.post<{ token: string }>('/api/tokens', {
      name: 'enrolment',
      role: 'worker',
      expires_in_s: 3600,
    });
    const enrolment = ['enroll', '--url', stage.url, '--state-dir', '/mnt/state', '--name', 'emulated'];
    await host.run('enrolment', [...agent, ...enrolment], `${token.body.token}\n`);

    const settings = [
      'RUNNER=process',
      'IRONWHEEL_ALLOW_PROCESS_RUNNER=true',
      'IRONWHEEL_STATE_DIR=/mnt/state',
      'IRONWHEEL_DRIVER_DIR=/mnt/build-driver',
    ];
    worker = host.start('worker', ['/usr/bin/env', ...settings, ...agent, 'worker', '--json']);
    const seen = await until(
      'a heartbeat with what it can build for',
      async () => {
        const { items } = await stage.get<{ items: WorkerView[] }>('/api/workers');
        const canBuild = ({ heartbeat_state, capabilities }: WorkerView): boolean =>
          heartbeat_state === 'healthy' && capabilities?.platform_tags.includes('linux_s390x') === true;
        return items.find(canBuild) ?? null;
      },
      tell,
      patienceMs,
    );
    const pythonTag = seen.capabilities?.python_tags[0] ?? '';
    const platformTags = seen.capabilities?.platform_tags ?? [];
    expect(platformTags.filter((tag) => !tag.endsWith('_s390x'))).toEqual([]);

    const sdists = join(stage.directory, 'sdists');
    mkdirSync(sdists);
    const script = join(repositoryRoot, 'samples/make-sdists.py');
    expect(spawnSync('python3', [script, sdists, 'byteorder'], { encoding: 'utf8' }).stderr).toBe('');
    const wheelhouse = join(shared, 'wheelhouse');
    const python = pythonTag.replace(/^cp(\d)(\d+)$/, '$1.$2');
    const target = ['--python', python, '--platform', 'linux_s390x'];
    const build = stage.startCommand('build', '--wheels', sdists, ...target, '--wheelhouse', wheelhouse);
    const { code } = await build.ended;
    expect({ code, told: code === 0 ? '' : `${build.lines.join('\n')}\n${tell()}` }).toEqual({
      code: 0,
      told: '',
    });

    const [job] = await stage.jobs();
    expect(job).toMatchObject({ name: 'ironwheel-sample-byteorder', state: 'succeeded' });
    const wheel = job?.wheel ?? '';
    expect(wheel).toMatch(
      new RegExp(`^ironwheel_sample_byteorder-.*-${pythonTag}-${pythonTag}-.*_s390x\\.whl$`),
    );

    const unpack = ['-m', 'zipfile', '-e', join(wheelhouse, wheel), join(shared, 'unpacked')];
    expect(spawnSync('python3', unpack).status).toBe(0);
    const listed = spawnSync('find', [join(shared, 'unpacked'), '-name', '*.so'], { encoding: 'utf8' });
    const [library = ''] = listed.stdout.split('\n');
    const header = readFileSync(library).subarray(0, 20);
    // ELF of 64 bits, big-endian, for machine 22: IBM S/390.
    expect([...header.subarray(0, 6), header.readUInt16BE(18)]).toEqual([0x7f, 0x45, 0x4c, 0x46, 2, 2, 22]);

    const use = 'import ironwheel_sample_byteorder as b; print("imported", b.__name__)';
    const imported = await host.run('import', [
      '/usr/bin/env',
      'PYTHONPATH=/mnt/unpacked',
      'python3',
      '-c',
      use,
    ]);
    expect(imported).toContain('imported ironwheel_sample_byteorder');
  });
});
