import { until } from '../drills/drill-process.ts';
import type { FleetNetwork } from './fleet-network.ts';
import { ownerLabel, thisOwner } from './fleet-owner.ts';
import { outputOf, runCommand, type Finished, type RunOptions } from './run-command.ts';
import { ShellHost } from './shell-host.ts';

/**
 * Makes the container a machine of its own: a control group tree below its own (podman lays the whole one of systemd
 * over it), machine id, devices as udev leaves them, and systemd as process 1. The boot id stays the kernel's: nothing
 * may be mounted over a part of /proc, else no user namespace gets a /proc of its own and rootless podman fails.
 */
const bootScript = `
if grep -q ' /sys/fs/cgroup/systemd/release_agent ' /proc/self/mounts; then
  umount /sys/fs/cgroup/systemd/release_agent /sys/fs/cgroup/systemd
fi
tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
chmod 666 /dev/fuse /dev/net/tun
systemctl mask --quiet console-getty.service systemd-logind.service
exec /sbin/init
`;

/** A host with systemd as process 1, an address and a disk of its own. */
export class FleetHost extends ShellHost {
  readonly #network: FleetNetwork;
  readonly #port: string;

  private constructor(
    readonly name: string,
    /** Of its container. */
    readonly id: string,
    readonly address: string,
    network: FleetNetwork,
    port: string,
  ) {
    super();
    this.#network = network;
    this.#port = port;
  }

  static async start(name: string, image: string, network: FleetNetwork): Promise<FleetHost> {
    const owner = thisOwner();
    const options = [
      '--detach',
      `--name=ironwheel-fleet-${owner}-${name}`,
      `--label=${ownerLabel}=${owner}`,
      `--hostname=${name}`,
      '--runtime=runc',
      '--systemd=always',
      '--privileged',
      '--cgroupns=private',
      '--network=none',
      '--pids-limit=-1',
      '--ulimit=nofile=1024:16384',
      '--ulimit=nproc=4096:16384',
      // Overlay cannot lie on overlay: the state of services is on a disk of this host's own.
      '--volume=/var/lib',
      '--volume=/var/tmp',
    ];
    const script = ['sh', '-c', bootScript];
    const id = (await outputOf('podman', ['run', ...options, image, ...script])).trim();
    const pid = Number(await outputOf('podman', ['inspect', '--format', '{{.State.Pid}}', id]));
    const { address, port } = network.attach(pid);
    const host = new FleetHost(name, id, address, network, port);
    await until(
      `${name} has started all of its units`,
      async () => (await host.try('systemctl is-system-running')).stdout.trim() === 'running',
      () => `see: podman exec ${id} systemctl --failed`,
    );
    return host;
  }

  /** Runs a shell command as root on the host, whatever its exit code. */
  try(command: string, options: RunOptions = {}): Promise<Finished> {
    return runCommand('podman', ['exec', '--interactive', this.id, 'sh', '-c', command], options);
  }

  /** Puts a file of this machine onto the host, owned by root. */
  async put(from: string, to: string): Promise<void> {
    await outputOf('podman', ['cp', from, `${this.id}:${to}`], { timeoutMs: 300_000 });
  }

  /** Drops every packet from and to this host, from now on. */
  cutLink(): void {
    this.#network.cut(this.#port);
  }

  healLink(): void {
    this.#network.heal(this.#port);
  }

  async destroy(): Promise<void> {
    await runCommand('podman', ['rm', '--force', '--volumes', '--time', '0', this.id]);
  }
}
