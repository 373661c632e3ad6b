import { setTimeout as pause } from 'node:timers/promises';
import type { AttemptView } from '@ironwheel/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../drills/drill-process.ts';
import type { JobDetail } from './fleet-controller.ts';
import { FleetStage, findFleetPlace } from './fleet-stage.ts';
import { agentUnit, workerUnit, type ProvisionedHost } from './provisioned-host.ts';
import { enqueueStub } from './stub-jobs.ts';

const place = findFleetPlace();
const why = 'why' in place ? place.why : null;
if (why !== null) process.stdout.write(`the faults of hosts are not shown here: ${why}\n`);

const lease = { leaseS: 6, graceS: 3 };
/** Longer than lease and grace together: what ran has lost its hold by then, or keeps it for nobody else wants it. */
const beyondGraceMs = (lease.leaseS + lease.graceS) * 2000;

const agentSettings = '/etc/ironwheel/agent.env';
const workerState = '/var/lib/ironwheel-worker';
/** Settings and disk as they were, when a test ended in the middle. */
const putBack = `
if [ -e /root/agent.env ]; then mv /root/agent.env ${agentSettings} && systemctl restart --no-block ${agentUnit}; fi
if mountpoint --quiet ${workerState}; then
  systemctl stop ${workerUnit}; umount ${workerState}; sed -i /WORKER_MIN_FREE/d /etc/ironwheel/worker.env
  systemctl start ${workerUnit}
fi
`;

describe.skipIf(why !== null)('hosts to which something happens', () => {
  let stage: FleetStage;
  let one: ProvisionedHost;
  let two: ProvisionedHost;
  let three: ProvisionedHost;
  const all = (): ProvisionedHost[] => [one, two, three];

  beforeAll(async () => {
    if ('why' in place) return;
    stage = new FleetStage(place);
    await stage.controller.start({
      CLAIM_LEASE_S: String(lease.leaseS),
      CLAIM_GRACE_MIN_S: String(lease.graceS),
    });
    await stage.importRuntime();
    [one, two, three] = await Promise.all([
      stage.provisionStub('one'),
      stage.provisionStub('two'),
      stage.provisionStub('three'),
    ]);
  });
  afterAll(() => stage.close());
  afterEach(async () => {
    for (const each of all()) {
      each.host.healLink();
      await each.host.try(`systemctl kill --signal=SIGCONT ${workerUnit}`);
      await each.host.try(putBack);
      await each.isUp();
      await each.intend('resume');
    }
  });

  /** Only these claim. */
  const onlyClaims = async (...some: readonly ProvisionedHost[]): Promise<void> => {
    for (const each of all()) await each.intend(some.includes(each) ? 'resume' : 'pause');
  };
  const tell = (): string => stage.controller.tell();
  const jobWhen = (id: string, what: string, isSo: (job: JobDetail) => boolean): Promise<JobDetail> =>
    until(
      what,
      async () => {
        const job = await stage.controller.job(id).catch(() => null);
        return job !== null && isSo(job) ? job : null;
      },
      tell,
    );
  const isBuilding = (job: JobDetail): boolean => job.state === 'running' || job.state === 'claimed';
  const ends = ({ attempts }: JobDetail): string[] => attempts.map(({ state }) => state);
  const winnerOf = ({ attempts }: JobDetail): AttemptView => {
    const winner = attempts.find(({ state }) => state === 'succeeded');
    if (winner === undefined) throw new Error(`no attempt succeeded: ${JSON.stringify(attempts)}`);
    return winner;
  };

  it('a link that is cut for longer than lease and grace costs nothing: the work is done once, its log is whole', async () => {
    await onlyClaims(one);
    const output = Array.from({ length: 150 }, (_, index) => `line ${index} of it`);
    const id = await enqueueStub(stage.controller, 'behind-a-cut-link', { stepMs: 5000, output });
    await jobWhen(id, 'a build that runs', isBuilding);
    one.host.cutLink();
    await pause(beyondGraceMs);
    await one.waitUntil('the link is known to be lost', ({ link_state }) => link_state === 'lost');
    one.host.healLink();
    const job = await jobWhen(id, 'the end of the build', ({ state }) => state === 'succeeded');
    expect(ends(job)).toEqual(['succeeded']);
    const log = await until('the whole log', async () => {
      const lines = await stage.controller.log(winnerOf(job).attempt_id);
      return lines.some((line) => line.includes('--- verify')) ? lines : null;
    });
    expect(log.filter((line) => /line \d+ of it/.test(line))).toEqual(output);
    expect(log.filter((line) => line.includes('--- build'))).toHaveLength(1);
  });

  it('after a restart of the controller every host is back within 70 s, and none is lost', async () => {
    const before = await Promise.all(all().map((each) => each.worker()));
    await stage.controller.stop();
    await stage.controller.start();
    const readyAt = Date.now();
    const took = await Promise.all(
      all().map(async (each) => {
        await each.waitUntil('connected again', ({ link_state }) => link_state === 'connected', 70_000);
        return Date.now() - readyAt;
      }),
    );
    process.stdout.write(`back after a restart of the controller, in ms: ${took.join(', ')}\n`);
    for (const each of all()) await each.isUp();
    const after = await Promise.all(all().map((each) => each.worker()));
    expect(after.map(({ worker_id }) => worker_id)).toEqual(before.map(({ worker_id }) => worker_id));
  });

  it('a worker that was stopped dead for too long is refused what it says when another has the job', async () => {
    await onlyClaims(one);
    const id = await enqueueStub(stage.controller, 'taken-over', { stepMs: 3000 });
    await jobWhen(id, 'a build that runs', isBuilding);
    await one.host.exec(`systemctl kill --signal=SIGSTOP ${workerUnit}`);
    await onlyClaims(two);
    const taken = await jobWhen(id, 'a second attempt', ({ attempts }) => attempts.length === 2);
    const late = taken.attempts.find(({ worker_name }) => worker_name === 'one');
    await one.host.exec(`systemctl kill --signal=SIGCONT ${workerUnit}`);
    const job = await jobWhen(id, 'the end of the build', ({ state }) => state === 'succeeded');
    expect(winnerOf(job).worker_name).toBe('two');
    expect(job.attempts.map(({ state }) => state).sort()).toEqual(['lost', 'succeeded']);
    await until(
      'the first worker knows',
      async () =>
        (await one.host.journal(workerUnit)).includes(late?.attempt_id ?? '') &&
        (await one.worker()).attempts.length === 0,
    );
    expect(ends(await stage.controller.job(id)).sort()).toEqual(['lost', 'succeeded']);
  });

  it('and what it says late is taken when nobody else has the job', async () => {
    await onlyClaims(one);
    const id = await enqueueStub(stage.controller, 'nobody-else', { stepMs: 3000 });
    await jobWhen(id, 'a build that runs', isBuilding);
    await one.host.exec(`systemctl kill --signal=SIGSTOP ${workerUnit}`);
    await pause(beyondGraceMs);
    await one.host.exec(`systemctl kill --signal=SIGCONT ${workerUnit}`);
    const job = await jobWhen(id, 'the end of the build', ({ state }) => state === 'succeeded');
    expect(ends(job)).toEqual(['succeeded']);
  });

  it('an agent whose clock is off by half an hour is refused with the reason, and let in when it is right', async () => {
    const library = (await one.host.exec('find /usr/lib -name libfaketime.so.1')).trim();
    // Ahead, not behind: the certificate of this suite is younger than half an hour.
    const settings = [
      `LD_PRELOAD=${library}`,
      'FAKETIME=+30m',
      'FAKETIME_DONT_FAKE_MONOTONIC=1',
      'NO_FAKE_STAT=1',
    ];
    await one.host.exec(`cp ${agentSettings} /root/agent.env && cat >>${agentSettings}`, {
      input: `${settings.join('\n')}\n`,
    });
    await one.host.exec(`systemctl restart --no-block ${agentUnit}`);
    const server = await one.waitUntil(
      'refused for its clock',
      ({ link_state, problems }) =>
        link_state !== 'connected' && problems.some(({ text }) => /clock/i.test(text)),
    );
    expect(server.problems.find(({ text }) => /clock/i.test(text))?.text).toMatch(/(?:1[78]\d\d|30 min)/);
    expect(await one.host.journal(agentUnit)).toMatch(/clock/i);
    await one.host.exec(putBack);
    await one.waitUntil(
      'let in',
      ({ link_state, problems }) =>
        link_state === 'connected' && problems.every(({ text }) => !/clock/i.test(text)),
    );
  });

  it('a full disk stops claims before a job fails of it, and they go on by themselves', async () => {
    await onlyClaims(one);
    await one.host.exec(`
systemctl stop ${workerUnit}
cp -a ${workerState} /root/state && mount -t tmpfs -o size=64m,mode=700 tmpfs ${workerState}
cp -a /root/state/. ${workerState}/ && rm -rf /root/state && chown ironwheel-worker: ${workerState}
echo WORKER_MIN_FREE_DISK_BYTES=33554432 >>/etc/ironwheel/worker.env
systemctl start ${workerUnit}`);
    await one.isUp();
    await one.host.exec(`dd if=/dev/zero of=${workerState}/filler bs=1M count=40 status=none`);
    await until(
      'a worker that says so',
      async () => (await one.worker()).problems.some(({ code }) => code === 'DISK_LOW'),
      tell,
    );
    const id = await enqueueStub(stage.controller, 'on-a-full-disk');
    const seen = (await one.worker()).last_heartbeat_at;
    await until('it looked again', async () => (await one.worker()).last_heartbeat_at !== seen);
    expect(ends(await stage.controller.job(id))).toEqual([]);
    await one.host.exec(`rm ${workerState}/filler`);
    const job = await jobWhen(id, 'a build once there is room', (found) => found.state === 'succeeded');
    expect(ends(job)).toEqual(['succeeded']);
  });

  it('two machines with one key are cut off, and the operator is told which', async () => {
    const keys = '/var/lib/ironwheel-agent';
    const copied = await one.host.exec(`tar -C ${keys} -c . | base64`);
    await three.host.exec(`systemctl stop ${agentUnit} && cp -a ${keys} /root/own && rm -rf ${keys}/*`);
    await three.host.exec(`base64 -d | tar -C ${keys} -x && chown -R ironwheel-agent: ${keys}`, {
      input: copied,
    });
    await three.host.exec(`systemctl start --no-block ${agentUnit}`);
    const server = await one.waitUntil('found to be cloned', ({ problems }) =>
      problems.some(({ code }) => code === 'agent_cloned'),
    );
    expect(server.problems.find(({ code }) => code === 'agent_cloned')?.text).toContain('three');
    await one.waitUntil('cut off', ({ link_state }) => link_state === 'lost');
    expect((await one.worker()).quarantine).not.toBeNull();

    await three.host.exec(`systemctl stop ${agentUnit} && rm -rf ${keys}/* && cp -a /root/own/. ${keys}/`);
    await three.host.exec(`systemctl start ${agentUnit}`);
    await three.isUp();
    // A new link makes new keys, which only this host has.
    await stage.provisionAgain(one);
    await one.isUp();
    await one.intend('unquarantine');
  });
});
