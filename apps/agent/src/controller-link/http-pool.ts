import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { Agent } from 'undici';

export interface HttpPoolOptions {
  /** PEM file of further authorities to trust, beside those of Node and `NODE_EXTRA_CA_CERTS`. */
  readonly caFile: string | null;
  /** Most sockets to the controller at a time. */
  readonly connections?: number;
}

/** What is trusted for the controller: `caFile` beside the authorities of Node and `NODE_EXTRA_CA_CERTS`. */
export const readTrustedAuthorities = (caFile: string): string[] => [
  ...tls.getCACertificates('default'),
  readFileSync(caFile, 'utf8'),
];

/** Connections to the controller. Timeouts of single calls are set by the call. */
export const createHttpPool = (options: HttpPoolOptions): Agent =>
  new Agent({
    connections: options.connections ?? 32,
    connect: {
      timeout: 10_000,
      ...(options.caFile === null
        ? {}
        : {
            ca: readTrustedAuthorities(options.caFile),
            // What the operator trusts need not be a root: a pinned certificate may stand for itself.
            allowPartialTrustChain: true,
          }),
    },
    keepAliveTimeout: 20_000,
    keepAliveMaxTimeout: 60_000,
    // One request a socket at a time: a long poll must not stand in front of a log chunk.
    pipelining: 1,
  });

/** True when what is sent to this URL can be read on the way: plain http to another machine. */
export const isReadableOnTheWay = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
};
