import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleView, ServerView } from '@ironwheel/contracts';
import { startTestDatabase, type TestDatabase } from '@ironwheel/testing';
import { until } from '../drills/drill-process.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../guards/repository-files.ts';
import type { FleetHost } from './fleet-host.ts';
import { FleetStage, findFleetPlace } from './fleet-stage.ts';
import { footprintOf } from './host-footprint.ts';
import { agentUnit, createBundle, pasteLine, ProvisionedHost, workerUnit } from './provisioned-host.ts';

const place = findFleetPlace();
const why = 'why' in place ? place.why : null;
if (why !== null) process.stdout.write(`provisioning is not shown here: ${why}\n`);

describe.skipIf(why !== null)('a host becomes a server by one pasted line', () => {
  let stage: FleetStage;
  let database: TestDatabase;
  let builder: FleetHost;
  let bare: FleetHost;
  let third: FleetHost;
  /** The line by which the first host was installed. */
  let usedLine = '';

  beforeAll(async () => {
    if ('why' in place) return;
    database = await startTestDatabase();
    stage = new FleetStage(place);
    await stage.controller.start({ DATABASE_URL: database.url });
    await stage.importRuntime();
    [builder, bare, third] = await Promise.all([
      stage.startHost('builder'),
      stage.startHost('bare'),
      stage.startHost('third'),
    ]);
  });
  afterAll(async () => {
    await stage.close();
    await database.close();
  });

  const serverOf = async (name: string): Promise<ServerView> => {
    const { items } = await stage.controller.get<{ items: ServerView[] }>('/api/servers');
    const found = items.find((server) => server.name === name);
    return found ?? stage.controller.post<ServerView>('/api/servers', { name });
  };
  const bundleOf = (serverId: string): Promise<BundleView> =>
    stage.controller.get(`/api/servers/${serverId}/bundle`);
  /** Nothing of Ironwheel is on the host. */
  const expectUntouched = async (host: FleetHost): Promise<void> => {
    const traces =
      'ls -d /opt/ironwheel /etc/ironwheel /var/lib/ironwheel* 2>/dev/null; getent passwd | grep ironwheel';
    expect((await host.try(traces)).stdout).toBe('');
  };

  it('from `servers add` to the first wheel in the index', async () => {
    const added = await stage.controller.command('servers', 'add', 'builder');
    expect(added.code, added.stderr).toBe(0);
    // Nothing but the line is on standard output, so that it can be piped on.
    const line = added.stdout.trim();
    expect(line.split('\n')).toHaveLength(1);
    usedLine = line;
    expect(line).toContain('--pinnedpubkey');
    const options = await stage.bringImage(builder);

    const dry = await pasteLine(builder, line, '--dry-run', ...options);
    expect(dry.code, dry.stdout + dry.stderr).toBe(0);
    await expectUntouched(builder);

    const installed = await pasteLine(builder, line, ...options);
    expect(installed.code, installed.stdout + installed.stderr).toBe(0);
    const { server_id: id } = await serverOf('builder');
    const server = new ProvisionedHost(builder, id, stage.controller);
    await server.isUp();
    expect((await bundleOf(id)).state).toBe('used');
    expect((await server.server()).runtime_match).toBe('matched');
    // The key was made here, and only its owner reads it.
    expect(await builder.exec("stat -c '%a %U' /var/lib/ironwheel-agent /var/lib/ironwheel-worker")).toBe(
      '700 ironwheel-agent\n700 ironwheel-worker\n',
    );

    const sdists = join(stage.directory, 'sdists');
    mkdirSync(sdists);
    const script = join(repositoryRoot, 'samples/make-sdists.py');
    expect(spawnSync('python3', [script, sdists, 'checksum'], { encoding: 'utf8' }).stderr).toBe('');
    const wheelhouse = join(stage.directory, 'wheelhouse');
    const build = await stage.controller.command(
      ...['build', '--wheels', sdists, '--python', '3.11', '--platform', 'linux_x86_64'],
      ...['--wheelhouse', wheelhouse],
    );
    expect(build.code, build.stdout + build.stderr + (await builder.journal(workerUnit))).toBe(0);
    const page = await stage.controller.call<string>(
      'GET',
      '/index/cp311-linux_x86_64/simple/ironwheel-sample-checksum/',
      undefined,
      'text/html',
    );
    expect(page.body).toMatch(/ironwheel_sample_checksum-[^"]*-cp311-cp311-linux_x86_64\.whl/);
  });

  it('its units are closed as far as can be, and its processes are small', async () => {
    const exposureOf = async (unit: string): Promise<number> => {
      const text = await builder.exec(`systemd-analyze security --no-pager ${unit} | tail -n 1`);
      return Number(/ (\d+\.\d+) /.exec(text)?.[1]);
    };
    const exposure = { agent: await exposureOf(agentUnit), worker: await exposureOf(workerUnit) };
    process.stdout.write(`systemd-analyze security: agent ${exposure.agent}, worker ${exposure.worker}\n`);
    expect(exposure.agent).toBeLessThanOrEqual(2);
    expect(exposure.worker).toBeLessThanOrEqual(3);

    // What renews leases is there while there are some.
    await until('an idle worker', async () =>
      (await builder.exec('pgrep -u ironwheel-worker -f renew-leases >/dev/null || echo idle')).includes(
        'idle',
      ),
    );
    const pss = await builder.exec(
      'for pid in $(pgrep -u ironwheel-agent,ironwheel-worker); do awk -v who="$(tr "\\0" " " </proc/$pid/cmdline)" \'/^Pss:/ { print $2, who }\' /proc/$pid/smaps_rollup; done',
    );
    const kb = pss
      .trim()
      .split('\n')
      .map((text) => Number(text.split(' ')[0]));
    const megabytes = kb.reduce((sum, each) => sum + each, 0) / 1024;
    process.stdout.write(`idle PSS of supervisor and worker: ${megabytes.toFixed(0)} MB\n${pss}`);
    expect(megabytes).toBeLessThanOrEqual(140);
  });

  it('a link that was used, altered or revoked, or whose time is over, is refused with a word and changes nothing', async () => {
    const { server_id: id } = await serverOf('bare');
    const refusalOf = async (line: string): Promise<string> => {
      const { code, stdout, stderr } = await pasteLine(bare, line);
      expect(code, stdout + stderr).not.toBe(0);
      await expectUntouched(bare);
      return stdout + stderr;
    };
    expect(await refusalOf(usedLine)).toMatch(/was used/);

    const { install_url: url, install_line: line } = await createBundle(stage.controller, id);
    const altered = line.replace(url, url.slice(0, -4) + (url.endsWith('aaaa') ? 'bbbb' : 'aaaa'));
    expect(await refusalOf(altered)).toMatch(/not known/);
    // Another key than the line names: curl ends before it sends the token.
    const pin = /sha256\/\/([^']+)'/.exec(line)?.[1] ?? '';
    const otherPin = Buffer.from(Buffer.from(pin, 'base64').map((byte) => byte ^ 1)).toString('base64');
    const misled = await bare.try(line.replace(pin, otherPin));
    expect(misled.stderr).toMatch(/pinned|public key/i);
    await expectUntouched(bare);
    expect((await bundleOf(id)).state).toBe('issued');

    await stage.controller.call('DELETE', `/api/servers/${id}/bundle`);
    expect(await refusalOf(line)).toMatch(/revoked/);

    const late = await createBundle(stage.controller, id);
    await database.query(
      `UPDATE provisioning_bundles SET expires_at = expires_at - interval '20 min' WHERE id = $1`,
      [late.bundle_id],
    );
    expect(await refusalOf(late.install_line)).toMatch(/expired/);
    expect((await bundleOf(id)).state).toBe('expired');
  });

  it('a script that was cut off anywhere, or files that were changed on the way, change nothing', async () => {
    const { server_id: id } = await serverOf('bare');
    const { install_line: line } = await createBundle(stage.controller, id);
    const fetch = line.replace(/\| sh$/, '>/root/install.sh');
    await bare.exec(fetch);
    const bytes = Number(await bare.exec('stat -c %s /root/install.sh'));
    for (const part of [0.3, 0.9, 1 - 3 / bytes]) {
      await bare.try(`head -c ${Math.floor(bytes * part)} /root/install.sh | sh`);
      await expectUntouched(bare);
    }
    // Somebody on the way who adds a byte to the agent's program.
    const wrapper = `#!/bin/sh
/usr/bin/curl "$@" || exit
for each; do case $each in */agent/main.mjs) echo >>"$each" ;; esac; done
`;
    await bare.exec('cat >/usr/local/bin/curl && chmod 755 /usr/local/bin/curl', { input: wrapper });
    const changed = await bare.try('sh /root/install.sh --no-image');
    await bare.exec('rm /usr/local/bin/curl');
    expect(changed.code).not.toBe(0);
    expect(changed.stdout + changed.stderr).toMatch(/main\.mjs is not what the controller announced/);
    await bare.exec('rm /root/install.sh');
    await expectUntouched(bare);
  });

  it('an install that broke off in the middle is repaired by the same line, and uninstall leaves nothing', async () => {
    const { server_id: id } = await serverOf('bare');
    const before = await footprintOf(bare);
    const { install_line: line } = await createBundle(stage.controller, id);
    const breaker = '/usr/local/bin/systemd-sysusers';
    await bare.exec(`printf '#!/bin/sh\\nexit 1\\n' >${breaker} && chmod 755 ${breaker}`);
    const broken = await pasteLine(bare, line, '--no-image');
    expect(broken.code).not.toBe(0);
    expect((await bundleOf(id)).state).toBe('downloaded');
    await bare.exec(`rm ${breaker}`);

    const repaired = await pasteLine(bare, line, '--no-image');
    expect(repaired.code, repaired.stdout + repaired.stderr).toBe(0);
    await new ProvisionedHost(bare, id, stage.controller).isUp();
    expect((await bundleOf(id)).state).toBe('used');

    const removed = await bare.try('sh /opt/ironwheel/current/lib/uninstall.sh');
    expect(removed.code, removed.stdout + removed.stderr).toBe(0);
    const after = await footprintOf(bare);
    expect(after.filter((line) => !before.includes(line))).toEqual([]);
    expect(before.filter((line) => !after.includes(line))).toEqual([]);
  });

  it('a killed install is repaired as well, and a second one over a whole one changes no key', async () => {
    const { server_id: id } = await serverOf('third');
    const { install_line: line } = await createBundle(stage.controller, id);
    // Killed as soon as the first files are in place.
    await third.try(
      `${line} -s -- --no-image & sh=$!; until [ -e /opt/ironwheel/releases ]; do :; done; kill -9 $sh; wait`,
    );
    const repaired = await pasteLine(third, line, '--no-image');
    expect(repaired.code, repaired.stdout + repaired.stderr).toBe(0);
    const server = new ProvisionedHost(third, id, stage.controller);
    const { agent, worker_id } = await server.isUp();

    const again = await createBundle(stage.controller, id);
    const upgraded = await pasteLine(third, again.install_line, '--no-image');
    expect(upgraded.code, upgraded.stdout + upgraded.stderr).toBe(0);
    const after = await server.isUp();
    expect({ agent: after.agent?.agent_id, worker_id: after.worker_id }).toEqual({
      agent: agent?.agent_id,
      worker_id,
    });
    expect(await third.unit(agentUnit, 'ActiveState')).toBe('active');
  });
});
