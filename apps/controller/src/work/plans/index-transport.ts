import { getCACertificates } from 'node:tls';
import { createFetchTransport, type IndexTransport } from '@ironwheel/resolver';
import { EnvHttpProxyAgent, fetch, type Dispatcher } from 'undici';
import type { IndexAccess } from './index-settings.ts';

const connectTimeoutMs = 15_000;

const createDispatcher = (access: IndexAccess, isTrusted: boolean): Dispatcher => {
  const tls = {
    ...(access.ca === null ? {} : { ca: [...getCACertificates('default'), access.ca] }),
    ...(isTrusted ? { rejectUnauthorized: false } : {}),
  };
  return new EnvHttpProxyAgent({
    connect: { timeout: connectTimeoutMs, ...tls },
    requestTls: tls,
    connections: 16,
    keepAliveTimeout: 10_000,
    // Without one of pip's, the agent takes HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
    ...(access.proxy === null ? {} : { httpProxy: access.proxy, httpsProxy: access.proxy }),
  });
};

export interface OpenTransport {
  readonly transport: IndexTransport;
  close(): Promise<void>;
}

/** HTTP for the index client over undici, with pip's certificates, proxies and trusted hosts. Close it after use. */
export function openIndexTransport(access: IndexAccess): OpenTransport {
  const checked = createDispatcher(access, false);
  const trusted = access.trustedHosts.length === 0 ? null : createDispatcher(access, true);
  const hosts = new Set(access.trustedHosts.map((host) => host.toLowerCase()));
  return {
    transport: createFetchTransport((url, init) => {
      const { host, hostname } = new URL(url);
      const isTrusted = trusted !== null && (hosts.has(host) || hosts.has(hostname));
      return fetch(url, { ...init, dispatcher: isTrusted ? trusted : checked });
    }),
    close: async () => {
      await Promise.all([checked.destroy(), trusted?.destroy()]);
    },
  };
}
