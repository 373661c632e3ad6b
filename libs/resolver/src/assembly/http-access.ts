import nodeTls from 'node:tls';
import type * as undiciTypes from 'undici';
import { type Dispatcher } from 'undici';
import { createRequestTransport, type IndexTransport } from '../index-client/index-transport.ts';
import { createHostTrust } from '../index-client/trusted-hosts.ts';

/** How package indexes are reached from a machine, as pip would. */
export interface HttpAccess {
  /** PEM of further authorities; null: Node's own only. */
  readonly ca: string | null;
  /** Null: as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. */
  readonly proxy: string | null;
  /** Hosts, or host:port, whose certificate is not checked. */
  readonly trustedHosts: readonly string[];
}

export interface OpenTransport {
  readonly transport: IndexTransport;
  close(): Promise<void>;
}

const connectTimeoutMs = 15_000;

type Undici = typeof undiciTypes;

const createDispatcher = (undici: Undici, { ca, proxy }: HttpAccess, isTrusted: boolean): Dispatcher => {
  const tls = {
    ...(ca === null ? {} : { ca: [...nodeTls.getCACertificates('default'), ca] }),
    ...(isTrusted ? { rejectUnauthorized: false } : {}),
  };
  return new undici.EnvHttpProxyAgent({
    connect: { timeout: connectTimeoutMs, ...tls },
    requestTls: tls,
    connections: 16,
    keepAliveTimeout: 10_000,
    // Without one of pip's, the agent takes HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
    ...(proxy === null ? {} : { httpProxy: proxy, httpsProxy: proxy }),
  });
};

interface Opened {
  readonly undici: Undici;
  readonly checked: Dispatcher;
  readonly trusted: Dispatcher | null;
}

/** HTTP for an index client, over undici, which is loaded when something is asked for. Close it after use. */
export const openHttpAccess = (access: HttpAccess): OpenTransport => {
  const isTrusted = createHostTrust(access.trustedHosts);
  let opening: Promise<Opened> | null = null;
  const open = async (): Promise<Opened> => {
    const undici = await import('undici');
    const trusted = access.trustedHosts.length === 0 ? null : createDispatcher(undici, access, true);
    return { undici, checked: createDispatcher(undici, access, false), trusted };
  };
  return {
    transport: createRequestTransport(async (url, options) => {
      opening ??= open();
      const { undici, checked, trusted } = await opening;
      const dispatcher = trusted !== null && isTrusted(url) ? trusted : checked;
      return undici.request(url, { ...options, dispatcher });
    }),
    close: async () => {
      const opened = await opening?.catch(() => null);
      await Promise.all([opened?.checked.destroy(), opened?.trusted?.destroy()]);
    },
  };
};
