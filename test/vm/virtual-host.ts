import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DrillProcess, until } from '../drills/drill-process.ts';
import type { Finished, RunOptions } from '../fleet/run-command.ts';
import { ShellHost } from '../fleet/shell-host.ts';
import { GuestAgent } from './guest-agent.ts';
import { emulator, type VmDisk } from './vm-disk.ts';

/** This machine as the virtual one reaches it, in qemu's user-mode network. */
export const outerAddress = '10.0.2.2';

const kernelOptions = [
  ...['root=/dev/vda', 'rw', 'console=ttyS0', 'panic=-1', 'systemd.unified_cgroup_hierarchy=1'],
  // Every character on the console, and every guarded branch, costs an emulated machine dear.
  ...['quiet', 'mitigations=off'],
];
const memoryMiB = 2560;
const bootMs = 600_000;
const defaultTimeoutMs = 300_000;
const pollMs = 200;
const environment = ['HOME=/root', 'LANG=C.UTF-8', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'];

interface ExecStatus {
  readonly exited: boolean;
  readonly exitcode?: number;
  readonly 'out-data'?: string;
  readonly 'err-data'?: string;
}

const decode = (text = ''): string => Buffer.from(text, 'base64').toString('utf8');

/** A whole machine of its own, with the kernel of Debian and nothing but cgroup v2; emulated, so ten times slower. */
export class VirtualHost extends ShellHost {
  readonly name = 'virtual';
  readonly #console: string;
  readonly #process: DrillProcess;
  #agent: GuestAgent | null = null;

  private constructor(disk: VmDisk, directory: string) {
    super();
    this.#console = join(directory, 'console.log');
    const args = [
      ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-monitor', 'none'],
      ...['-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'Westmere'],
      ...['-smp', '2', '-m', String(memoryMiB)],
      ...['-kernel', disk.kernel, '-initrd', disk.initrd],
      ...['-append', kernelOptions.join(' ')],
      // What is written goes to a file that qemu has unlinked already.
      ...['-drive', `file=${disk.disk},format=raw,if=virtio,snapshot=on,cache=unsafe`],
      ...['-netdev', 'user,id=net', '-device', 'virtio-net-pci,netdev=net', '-device', 'virtio-rng-pci'],
      ...['-chardev', `socket,id=agent,path=${join(directory, 'agent.sock')},server=on,wait=off`],
      ...['-device', 'virtio-serial-pci'],
      ...['-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
      ...['-serial', `file:${this.#console}`],
    ];
    // Ends with this process, whatever ends that.
    const program = ['--pdeathsig', 'KILL', 'nice', emulator, ...args];
    const env = { PATH: process.env['PATH'] ?? '', TMPDIR: directory };
    this.#process = new DrillProcess('qemu', program, env, '', 'setpriv');
  }

  static async start(disk: VmDisk, directory: string): Promise<VirtualHost> {
    const host = new VirtualHost(disk, directory);
    try {
      await host.#connect(join(directory, 'agent.sock'));
      await until(
        'all units of the virtual machine have started',
        async () => (await host.try('systemctl is-system-running')).stdout.trim() === 'running',
        () => host.tell(),
        bootMs,
      );
    } catch (error) {
      await host.destroy();
      throw error;
    }
    return host;
  }

  async try(
    command: string,
    { input = '', timeoutMs = defaultTimeoutMs }: RunOptions = {},
  ): Promise<Finished> {
    const agent = this.#agent;
    if (agent === null) throw new Error('the virtual machine has not started');
    const { pid } = await agent.call<{ pid: number }>('guest-exec', {
      path: '/bin/sh',
      arg: ['-c', command],
      env: environment,
      'input-data': Buffer.from(input).toString('base64'),
      'capture-output': true,
    });
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const status = await agent.call<ExecStatus>('guest-exec-status', { pid });
      if (status.exited) {
        const [stdout, stderr] = [decode(status['out-data']), decode(status['err-data'])];
        return { code: status.exitcode ?? null, stdout, stderr };
      }
      if (Date.now() > deadline) {
        throw new Error(`still running after ${timeoutMs} ms: ${command.slice(0, 300)}\n${this.tell()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  /** The last of what the machine wrote to its console. */
  tell(): string {
    const console = existsSync(this.#console) ? readFileSync(this.#console, 'utf8') : '';
    const lines = [...this.#process.lines, ...console.split('\n')];
    return `--- virtual machine\n${lines.slice(-40).join('\n')}`;
  }

  async destroy(): Promise<void> {
    this.#agent?.close();
    await this.#process.kill();
  }

  async #connect(path: string): Promise<void> {
    const agent = await until(
      'qemu listens',
      () => {
        if (!this.#process.isRunning) throw new Error(`qemu ended\n${this.tell()}`);
        return GuestAgent.connect(path).catch(() => null);
      },
      () => this.tell(),
    );
    this.#agent = agent;
    // What is written before the guest listens waits for it in the socket.
    let answered = false;
    const ping = agent.call('guest-ping').then(() => (answered = true));
    await until(
      'the virtual machine answers',
      () => {
        if (!this.#process.isRunning) throw new Error(`qemu ended\n${this.tell()}`);
        return answered;
      },
      () => this.tell(),
      bootMs,
    );
    await ping;
  }
}
