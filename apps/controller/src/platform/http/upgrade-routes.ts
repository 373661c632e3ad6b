import { LoadedConfig } from '@ironwheel/config';
import { Injectable } from '@nestjs/common';
import type { IncomingMessage, Server } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { httpSection } from '../config/platform-sections.ts';
import { AppError } from '../errors/app-error.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';

export interface UpgradeRequest {
  readonly request: IncomingMessage;
  /** The handler owns it: it answers on it, or destroys it. */
  readonly socket: Duplex;
  /** What came behind the headers already. */
  readonly head: Buffer;
  /** Of the caller, after trusted proxies. */
  readonly remoteAddr: string;
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? '';

/** HTTP upgrades (RFC 9110, 7.8) by path, beside the routes. Where no path is known, the upgrade is not offered. */
@Injectable()
export class UpgradeRoutes {
  readonly #routes = new Map<string, (upgrade: UpgradeRequest) => void>();
  readonly #trusted = new BlockList();

  constructor(config: LoadedConfig) {
    for (const entry of config.get(httpSection).TRUSTED_PROXIES) {
      const [address = '', bits] = entry.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(bits), family);
    }
  }

  /** The handler must not throw: nobody would answer. */
  add(path: string, handler: (upgrade: UpgradeRequest) => void): void {
    this.#routes.set(path, handler);
  }

  /** Called once, when every feature has added its routes. */
  install(server: Server): void {
    // Other requests with an Upgrade header (h2c) are answered as if it were not there (RFC 9110, 7.8).
    Object.assign(server, {
      shouldUpgradeCallback: (request: IncomingMessage) => this.#routes.has(pathOf(request)),
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const handler = this.#routes.get(pathOf(request));
      if (handler === undefined) {
        refuseUpgrade(
          socket,
          new AppError('ROUTE_NOT_FOUND', 'There is nothing to upgrade to at this path.'),
        );
      } else handler({ request, socket, head, remoteAddr: this.#remoteAddressOf(request) });
    });
  }

  /** As `remoteAddressOf` of a request: X-Forwarded-For is read from its end for as long as proxies are trusted. */
  #remoteAddressOf(request: IncomingMessage): string {
    const header = request.headers['x-forwarded-for'];
    const hops = (Array.isArray(header) ? header.join(',') : (header ?? ''))
      .split(',')
      .map((hop) => hop.trim());
    let address = plain(request.socket.remoteAddress ?? '');
    while (this.#isTrusted(address)) {
      const before = plain(hops.pop() ?? '');
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  }

  #isTrusted(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#trusted.check(address, version === 6 ? 'ipv6' : 'ipv4');
  }
}

const plain = (address: string): string => address.replace(/^::ffff:/, '');
