import { describe, expect, it } from 'vitest';
import { matchServer, type MatchableServer, type MatchableWorker } from './index.ts';

const server = (id: string, more: Partial<MatchableServer> = {}): MatchableServer => ({
  id,
  name: id,
  machineId: null,
  addresses: [],
  hostnames: [],
  ...more,
});
const servers = [
  server('s-key'),
  server('s-told'),
  server('s-machine', { machineId: 'm1' }),
  server('s-ip', { addresses: ['10.0.0.7'] }),
  server('s-host', { hostnames: ['Build7.example.'] }),
  server('s-twin-1', { machineId: 'm2', addresses: ['10.0.0.8'], hostnames: ['twin'] }),
  server('s-twin-2', { machineId: 'm2', addresses: ['10.0.0.8'], hostnames: ['twin'] }),
];
const all: MatchableWorker = {
  serverId: 's-key',
  toldServerId: 's-told',
  machineId: 'm1',
  address: '::ffff:10.0.0.7',
  hostname: 'build7.EXAMPLE',
};

describe('matching a worker with a server', () => {
  it('goes by key, told server, machine id, address and host name, in this order', () => {
    const weaker: MatchableWorker[] = [
      all,
      { ...all, serverId: null },
      { ...all, serverId: null, toldServerId: null },
      { ...all, serverId: null, toldServerId: null, machineId: null },
      { ...all, serverId: null, toldServerId: null, machineId: null, address: null },
    ];
    expect(
      weaker.map((worker) => [matchServer(worker, servers).serverId, matchServer(worker, servers).matchedBy]),
    ).toEqual([
      ['s-key', 'key'],
      ['s-told', 'server_id'],
      ['s-machine', 'machine_id'],
      ['s-ip', 'ip'],
      ['s-host', 'hostname'],
    ]);
  });

  it('goes on to the next fact when a worker names a server that there is not', () => {
    const worker = { ...all, serverId: null, toldServerId: 's-gone' };
    expect(matchServer(worker, servers)).toMatchObject({ serverId: 's-machine' });
  });

  it.each<[string, Partial<MatchableWorker>]>([
    ['machine id', { machineId: 'm2' }],
    ['address', { machineId: null, address: '10.0.0.8' }],
    ['host name', { machineId: null, address: null, hostname: 'twin' }],
  ])('decides nothing by a %s that two servers share, and asks no weaker fact', (fact, more) => {
    const match = matchServer({ ...all, serverId: null, toldServerId: null, ...more }, servers);
    expect(match).toMatchObject({ serverId: null, matchedBy: null });
    expect(match.reason).toContain(fact);
    expect(match.reason).toContain('s-twin-1, s-twin-2');
  });

  it('makes nothing of facts that are missing or that every host has', () => {
    const none: MatchableWorker = {
      serverId: null,
      toldServerId: null,
      machineId: null,
      address: null,
      hostname: 'localhost',
    };
    const empty = [server('empty', { addresses: [''], hostnames: ['', 'localhost'] })];
    expect(matchServer(none, empty)).toMatchObject({ serverId: null });
    expect(matchServer({ ...none, address: '', hostname: '' }, empty)).toMatchObject({ serverId: null });
  });
});
