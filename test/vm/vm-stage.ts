import { createServer } from 'node:net';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JobView } from '@ironwheel/contracts';
import { makeSdist } from '@ironwheel/plugin-kit/suites';
import { createTestDirectory, removeTestDirectory } from '@ironwheel/testing';
import { until } from '../drills/drill-process.ts';
import { FleetController, type JobDetail } from '../fleet/fleet-controller.ts';
import type { Finished } from '../fleet/run-command.ts';
import { outerAddress, VirtualHost } from './virtual-host.ts';
import type { VmDisk } from './vm-disk.ts';

/** Emulated, on a machine that may have other work. */
export const patienceMs = 900_000;

const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** A controller on this machine's loopback, and one virtual machine that reaches it through qemu's network. */
export class VmStage {
  private constructor(
    readonly directory: string,
    readonly controller: FleetController,
    readonly host: VirtualHost,
  ) {}

  static async start(disk: VmDisk, settings: Readonly<Record<string, string>>): Promise<VmStage> {
    const directory = createTestDirectory('vm');
    const controller = new FleetController(directory, '127.0.0.1', await findFreePort(), outerAddress);
    try {
      await controller.start(settings);
      const imported = await controller.command('runtime', 'import', '--self');
      if (imported.code !== 0) throw new Error(`the runtime was not taken: ${imported.stderr}`);
      return new VmStage(directory, controller, await VirtualHost.start(disk, directory));
    } catch (error) {
      await controller.stop();
      removeTestDirectory(directory);
      throw error;
    }
  }

  /** Hands in an sdist of `samples/` (its name) or `build-driver/fixtures/` (its path) and has it built. */
  async build(sample: string, ...options: readonly string[]): Promise<Finished & { readonly name: string }> {
    const sdists = join(this.directory, `sdists-${Date.now()}`);
    mkdirSync(sdists);
    const { name } = makeSdist(sample, sdists);
    const target = ['--python', '3.11', '--platform', 'linux_x86_64'];
    const finished = await this.controller.command('build', '--wheels', sdists, ...target, ...options);
    return { ...finished, name };
  }

  /** Waits until the newest job of a project looks so. */
  jobWhen(name: string, what: string, isSo: (job: JobDetail) => boolean): Promise<JobDetail> {
    let last: JobDetail | null = null;
    return until(
      `${name}: ${what}`,
      async () => {
        const { items } = await this.controller.get<{ items: JobView[] }>(`/api/jobs?package=${name}`);
        if (items[0] === undefined) return null;
        last = await this.controller.job(items[0].job_id);
        return isSo(last) ? last : null;
      },
      () => `${JSON.stringify(last, null, 1)}\n${this.controller.tell()}\n${this.host.tell()}`,
      patienceMs,
    );
  }

  async close(): Promise<void> {
    await this.host.destroy();
    await this.controller.stop();
    removeTestDirectory(this.directory);
  }
}
