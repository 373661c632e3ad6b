import { execFileSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { aliasOf, thisOwner } from './fleet-owner.ts';

const ip = (...args: string[]): void => {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

/** A /24 that no interface of this machine lies in. */
const findFreeNet = (): string => {
  const taken = Object.values(networkInterfaces()).flatMap(
    (list) => list?.map(({ address }) => address) ?? [],
  );
  for (let third = process.pid % 250; ; third = (third + 1) % 250) {
    const net = `10.213.${third}`;
    if (!taken.some((address) => address.startsWith(`${net}.`))) return net;
  }
};

/**
 * A switch between this machine and its hosts, with nothing behind it: hosts reach the controller and each other, no
 * mirror and no index. A cut link drops packets and closes nothing: neither end is told.
 */
export class FleetNetwork {
  readonly #bridge = `iwf${process.pid.toString(36)}`;
  readonly #net = findFreeNet();
  #count = 0;

  constructor() {
    ip('link', 'add', this.#bridge, 'type', 'bridge');
    ip('link', 'set', this.#bridge, 'alias', aliasOf(thisOwner()));
    ip('address', 'add', `${this.#net}.1/24`, 'dev', this.#bridge);
    ip('link', 'set', this.#bridge, 'up');
  }

  /** This machine's address on the switch. */
  get address(): string {
    return `${this.#net}.1`;
  }

  /** Plugs a process' network namespace in. */
  attach(pid: number): { readonly address: string; readonly port: string } {
    this.#count += 1;
    const port = `${this.#bridge}-${this.#count}`;
    const address = `${this.#net}.${this.#count + 1}`;
    ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
    ip('link', 'set', port, 'master', this.#bridge, 'up');
    const inside = (...args: string[]): void => {
      execFileSync('nsenter', ['--net', `--target=${pid}`, 'ip', ...args]);
    };
    inside('address', 'add', `${address}/24`, 'dev', 'eth0');
    inside('link', 'set', 'eth0', 'up');
    // A way out that leads nowhere: programs see a host with a default route, as on a server.
    inside('route', 'add', 'default', 'via', this.address);
    return { address, port };
  }

  cut(port: string): void {
    ip('link', 'set', port, 'nomaster');
  }

  heal(port: string): void {
    ip('link', 'set', port, 'master', this.#bridge);
  }

  close(): void {
    ip('link', 'delete', this.#bridge);
  }
}
