import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FleetStage, findFleetPlace } from './fleet-stage.ts';

const place = findFleetPlace();
const why = 'why' in place ? place.why : null;
if (why !== null) process.stdout.write(`hosts are not started here: ${why}\n`);

describe.skipIf(why !== null)('the hosts of this suite', () => {
  let stage: FleetStage;

  beforeAll(async () => {
    if ('why' in place) return;
    stage = new FleetStage(place);
    await stage.controller.start();
    await Promise.all(['one', 'two', 'three'].map((name) => stage.startHost(name)));
  });
  afterAll(() => stage.close());

  it('have systemd as process 1 and differ in address, machine id and files', async () => {
    const facts = await Promise.all(
      stage.hosts.map((host) => host.exec('cat /proc/1/comm /etc/machine-id; hostname -I')),
    );
    const lines = facts.map((text) => text.trim().split('\n'));
    expect(lines.map(([first]) => first)).toEqual(['systemd', 'systemd', 'systemd']);
    for (const index of [1, 2]) expect(new Set(lines.map((line) => line[index])).size).toBe(3);
    await stage.hosts[0]!.exec('echo here >/var/lib/only-one; echo here >/etc/only-one');
    expect((await stage.hosts[1]!.try('ls /var/lib/only-one /etc/only-one')).stdout).toBe('');
  });

  it('reach the controller only by its pinned certificate, and each other', async () => {
    const [one, two] = [stage.hosts[0]!, stage.hosts[1]!];
    const url = `${stage.controller.url}/api/health/live`;
    expect((await one.try(`curl --silent --show-error ${url}`)).stderr).toMatch(/certificate/);
    expect(await one.exec(`curl --silent --insecure ${url}`)).toContain('"');
    await two.exec('systemd-run --unit=listener --quiet python3 -m http.server 8000');
    await one.exec(
      `curl --silent --retry 20 --retry-connrefused --retry-delay 1 http://${two.address}:8000/`,
    );
  });

  it('lose their link without being told, and get it back', async () => {
    const one = stage.hosts[0]!;
    const ask = `curl --silent --insecure --max-time 2 --output /dev/null ${stage.controller.url}/api/health/live`;
    one.cutLink();
    // 28: the time was over; a refused connection would be 7.
    expect((await one.try(ask)).code).toBe(28);
    one.healLink();
    await one.exec(`${ask} --retry 10 --retry-all-errors`);
  });
});
