import { spawnSync } from 'node:child_process';
import { createTestDirectory, removeTestDirectory } from '@ironwheel/testing';
import { findDebianImage, findImageArchive } from '../podman/debian-image.ts';
import { FleetController } from './fleet-controller.ts';
import { FleetHost } from './fleet-host.ts';
import { FleetNetwork } from './fleet-network.ts';
import { removeLeftovers } from './fleet-owner.ts';
import { findHostImage } from './host-image.ts';
import {
  createBundle,
  pasteLine,
  provision,
  writeWorkerSettings,
  type ProvisionedHost,
} from './provisioned-host.ts';
import { stubSettings } from './stub-jobs.ts';

export interface FleetPlace {
  readonly hostImage: string;
  /** A Debian with Python and a compiler, for hosts to build in, and its archive (`podman save`). */
  readonly buildImage: string;
  readonly buildArchive: string;
}

const port = 8443;

/** What the suite stands on; else why it cannot be run on this machine. */
export function findFleetPlace(): FleetPlace | { readonly why: string } {
  if (process.getuid?.() !== 0) return { why: 'only root can start hosts' };
  for (const command of ['runc', 'ip', 'nsenter', 'setpriv', 'openssl']) {
    if (spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0)
      return { why: `${command} is not there` };
  }
  const host = findHostImage();
  if ('why' in host) return host;
  const build = findDebianImage();
  if ('why' in build) return build;
  const saved = findImageArchive(build);
  if ('why' in saved) return saved;
  return { hostImage: host.image, buildImage: build.image, buildArchive: saved.archive };
}

/** A controller on this machine, hosts beside it, and one switch between them. */
export class FleetStage {
  readonly directory: string;
  readonly network: FleetNetwork;
  readonly controller: FleetController;
  readonly hosts: FleetHost[] = [];

  constructor(readonly place: FleetPlace) {
    removeLeftovers();
    this.directory = createTestDirectory('fleet');
    this.network = new FleetNetwork();
    this.controller = new FleetController(this.directory, this.network.address, port);
  }

  async startHost(name: string): Promise<FleetHost> {
    const host = await FleetHost.start(name, this.place.hostImage, this.network);
    this.hosts.push(host);
    return host;
  }

  /** Gives the controller a Node for its hosts, which have none. */
  async importRuntime(): Promise<void> {
    const imported = await this.controller.command('runtime', 'import', '--self');
    if (imported.code !== 0) throw new Error(`the runtime was not taken: ${imported.stderr}`);
  }

  /** Puts the image to build in onto a host; answers the options of the install script that use it. */
  async bringImage(host: FleetHost): Promise<string[]> {
    await host.put(this.place.buildArchive, '/srv/image.tar');
    // Its builds are held by the limits of the unit, not by podman's own (README.md).
    return ['--image', '/srv/image.tar', '--image-name', this.place.buildImage, '--allow-unenforced-limits'];
  }

  /** A server whose worker plays its builds. */
  async provisionStub(name: string): Promise<ProvisionedHost> {
    const host = await this.startHost(name);
    await writeWorkerSettings(host, stubSettings);
    return provision(this.controller, host, '--no-image');
  }

  /** Another link for a server that there is, pasted on its host. */
  async provisionAgain({ host, serverId }: ProvisionedHost): Promise<void> {
    const { install_line: line } = await createBundle(this.controller, serverId);
    const installed = await pasteLine(host, line, '--no-image');
    if (installed.code !== 0)
      throw new Error(`ended with ${installed.code}\n${installed.stdout}${installed.stderr}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.destroy()));
    await this.controller.stop();
    this.network.close();
    removeTestDirectory(this.directory);
  }
}
