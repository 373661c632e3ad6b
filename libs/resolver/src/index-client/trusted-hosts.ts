interface HostPattern {
  readonly hostname: string;
  /** Null: any port. */
  readonly port: string | null;
}

const toPattern = (text: string): HostPattern => {
  const lower = text.trim().toLowerCase();
  if (/^[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*$/.test(lower)) return { hostname: `[${lower}]`, port: null };
  const [, hostname = lower, port = null] = /^(.+?)(?::(\d{1,5}))?$/.exec(lower) ?? [];
  return { hostname, port };
};

/**
 * Whether the certificate of an address goes unchecked, by a list as pip's `--trusted-host`: hosts, or hosts with a
 * port; IPv6 addresses with brackets or, without a port, bare.
 */
export const createHostTrust = (trustedHosts: readonly string[]): ((url: string) => boolean) => {
  const patterns = trustedHosts.map(toPattern);
  return (url) => {
    const { protocol, hostname, port } = new URL(url);
    const own = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
    return patterns.some((pattern) => pattern.hostname === hostname && (pattern.port ?? own) === own);
  };
};
