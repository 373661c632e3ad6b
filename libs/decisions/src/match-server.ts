/** What told that a worker runs on a server, in the order of how much it says. */
export type ServerMatchKey = 'key' | 'server_id' | 'machine_id' | 'ip' | 'hostname';

export interface MatchableWorker {
  /** The server that its key was enrolled or registered for. */
  readonly serverId: string | null;
  /** The server that its heartbeats name. */
  readonly toldServerId: string | null;
  readonly machineId: string | null;
  /** Where its heartbeats come from. */
  readonly address: string | null;
  readonly hostname: string | null;
}

export interface MatchableServer {
  readonly id: string;
  readonly name: string;
  /** Of its agent. */
  readonly machineId: string | null;
  /** What the operator wrote down, and where its agent comes from. */
  readonly addresses: readonly string[];
  readonly hostnames: readonly string[];
}

export type ServerMatch =
  | { readonly serverId: string; readonly matchedBy: ServerMatchKey; readonly reason: null }
  | { readonly serverId: null; readonly matchedBy: null; readonly reason: string };

/** As addresses and names are compared: lower case, IPv4 not in the form of IPv6, no dot at the end. */
export const toMatchText = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/\.$/, '');

/** Names that any host has say nothing. */
const meaningless = new Set(['', 'localhost', 'localhost.localdomain']);

const equals = (texts: readonly string[], wanted: string): boolean =>
  texts.some((text) => toMatchText(text) === wanted);

/**
 * Which server a worker runs on, by the strongest fact that fits any. It is information for people: nothing is allowed to
 * a worker because of an equal address or name. A fact that fits two servers decides nothing, and no weaker one is asked.
 */
export function matchServer(worker: MatchableWorker, servers: readonly MatchableServer[]): ServerMatch {
  if (worker.serverId !== null) return { serverId: worker.serverId, matchedBy: 'key', reason: null };
  const told = servers.find(({ id }) => id === worker.toldServerId);
  if (told !== undefined) return { serverId: told.id, matchedBy: 'server_id', reason: null };
  const address = toMatchText(worker.address ?? '');
  const hostname = toMatchText(worker.hostname ?? '');
  const tests: readonly (readonly [ServerMatchKey, string, (server: MatchableServer) => boolean])[] = [
    [
      'machine_id',
      'machine id',
      ({ machineId }) => (machineId ?? '') !== '' && machineId === worker.machineId,
    ],
    ['ip', `address ${address}`, ({ addresses }) => equals(addresses, address)],
    ['hostname', `host name ${hostname}`, ({ hostnames }) => equals(hostnames, hostname)],
  ];
  for (const [matchedBy, words, fits] of tests) {
    if (matchedBy === 'ip' && address === '') continue;
    if (matchedBy === 'hostname' && meaningless.has(hostname)) continue;
    const [first, second, ...more] = servers.filter(fits);
    if (first === undefined) continue;
    if (second === undefined) return { serverId: first.id, matchedBy, reason: null };
    const names = [first, second, ...more].map(({ name }) => name).sort();
    return {
      serverId: null,
      matchedBy: null,
      reason: `Its ${words} is that of ${names.length} servers: ${names.slice(0, 5).join(', ')}.`,
    };
  }
  return {
    serverId: null,
    matchedBy: null,
    reason: 'No server has its key, its machine id, its address or its host name.',
  };
}
