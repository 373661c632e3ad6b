// npm run bench:fleet [-- --agents 10000 --seconds 60 --commands 500]: many agents on one controller process over loopback.
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { BenchStage, token } from './bench-stage.ts';
import { processTree, readCpuMs, readPeakRssMib, readPssMib, readRssMib } from './process-figures.ts';
import { Simulation } from './simulation.ts';
import { TlsProxy } from './tls-proxy.ts';

const goals = { controllerMib: 400, controllerCores: 0.5 };
const simulators = 4;
/** Files that the controller has open besides the sockets. */
const spareFiles = 500;
const patienceMs = 600_000;
const commandsAtOnce = 10;

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '60' },
    commands: { type: 'string', default: '500' },
    only: { type: 'string', default: 'plain,tls,proxy' },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

async function untilLinked(simulation: Simulation, count: number, since: number): Promise<number> {
  while (simulation.facts.linked < count) {
    if (performance.now() - since > patienceMs)
      throw new Error(`only ${simulation.facts.linked} of ${count} are linked`);
    await pause(100);
  }
  return performance.now() - since;
}

/** Round trips of `status`, from the call to the outcome, in milliseconds, sorted. */
async function timeCommands(stage: BenchStage, url: string, servers: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  const queue = [...servers];
  const work = async (): Promise<void> => {
    for (let server = queue.pop(); server !== undefined; server = queue.pop()) {
      const startedAt = performance.now();
      const answer = await stage.call(`${url}/api/servers/${server}/status?wait_s=20`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{}',
      });
      const body = (await answer.json()) as { state?: string };
      if (body.state !== 'succeeded') throw new Error(`a command ended as ${JSON.stringify(body)}`);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: commandsAtOnce }, work));
  return times.sort((one, other) => one - other);
}

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

const ways = {
  plain: 'Without TLS',
  tls: 'With TLS, by the controller itself',
  proxy: 'With TLS, by an nginx before the controller',
} as const;
type Way = keyof typeof ways;

async function measure(stage: BenchStage, way: Way, count: number): Promise<void> {
  const certificate = way === 'plain' ? null : stage.makeCertificate();
  if (way === 'proxy' && certificate !== null) stage.startProxy(certificate, count + spareFiles);
  const env: Record<string, string> =
    certificate === null || way === 'proxy'
      ? { TRUSTED_PROXIES: '127.0.0.1' }
      : { TLS_CERT_FILE: certificate.cert, TLS_KEY_FILE: certificate.key };
  const url = stage.url(certificate !== null);
  say(`\n${ways[way]}, ${count} agents`);
  await stage.startController(env);
  const bare = readRssMib(stage.controller?.pid ?? 0);
  const agents = await stage.enrollAgents(count);
  await stage.stopController('SIGTERM');
  await stage.startController(env);
  const simulation = await Simulation.start(simulators);
  try {
    const begun = performance.now();
    simulation.begin(agents, { url, ca: certificate?.pem ?? null, spreadMs: 5000 });
    const linkedMs = await untilLinked(simulation, count, begun);
    say(
      `  all linked             ${seconds(linkedMs)} after the first call, ${simulation.facts.refused} sent away meanwhile`,
    );

    await pause(20_000);
    const controllerPid = stage.controller?.pid ?? 0;
    const postgresPids = processTree(stage.postgres.pid ?? 0);
    const proxyPids = stage.proxyPid === null ? [] : processTree(stage.proxyPid);
    const before = {
      at: performance.now(),
      controller: readCpuMs([controllerPid]),
      postgres: readCpuMs(postgresPids),
      proxy: readCpuMs(proxyPids),
      simulators: readCpuMs(simulation.pids),
      beats: simulation.facts.beats,
    };
    await pause(Number(values.seconds) * 1000);
    const ms = performance.now() - before.at;
    const cores = {
      controller: (readCpuMs([controllerPid]) - before.controller) / ms,
      postgres: (readCpuMs(postgresPids) - before.postgres) / ms,
      proxy: (readCpuMs(proxyPids) - before.proxy) / ms,
      simulators: (readCpuMs(simulation.pids) - before.simulators) / ms,
    };
    const fresh = await stage.countFresh(15);
    const rss = readRssMib(controllerPid);
    say(
      `  heartbeats             ${Math.round((simulation.facts.beats - before.beats) / (ms / 1000))} a second; ${fresh} of ${count} stored within 15 s; ${simulation.facts.lost} links lost`,
    );
    say(
      `  controller             ${cores.controller.toFixed(2)} cores, ${rss.toFixed(0)} MiB resident (peak ${readPeakRssMib(controllerPid).toFixed(0)}, without agents ${bare.toFixed(0)})`,
    );
    say(
      `  Postgres               ${cores.postgres.toFixed(2)} cores, ${readPssMib(postgresPids).toFixed(0)} MiB resident (shared memory once)`,
    );
    if (proxyPids.length > 0)
      say(
        `  nginx                  ${cores.proxy.toFixed(2)} cores, ${readPssMib(proxyPids).toFixed(0)} MiB resident in ${proxyPids.length} processes`,
      );
    say(
      `  simulated agents       ${cores.simulators.toFixed(2)} cores in ${simulators} processes, on the same machine`,
    );

    const { rows } = await stage.pool.query<{ id: string }>(
      'SELECT id FROM servers ORDER BY random() LIMIT $1',
      [Number(values.commands)],
    );
    const times = await timeCommands(
      stage,
      url,
      rows.map(({ id }) => id),
    );
    say(
      `  command round trip     p50 ${quantile(times, 0.5).toFixed(0)} ms, p99 ${quantile(times, 0.99).toFixed(0)} ms (${times.length} status, ${commandsAtOnce} at once, under that load)`,
    );

    for (const [signal, name] of [
      ['SIGTERM', 'stopped in order'],
      ['SIGKILL', 'killed'],
    ] as const) {
      const at = performance.now();
      await stage.stopController(signal);
      const gone = performance.now();
      await stage.startController(env);
      const up = performance.now();
      while (simulation.facts.linked >= count && performance.now() - up < 2000) await pause(50);
      const backMs = await untilLinked(simulation, count, at);
      say(
        `  all back, ${name.padEnd(12)} ${seconds(backMs)} after the signal (stop ${seconds(gone - at)}, start ${seconds(up - gone)}; ${seconds(readCpuMs([stage.controller?.pid ?? 0]))} of processor time in the new controller, its start included)`,
      );
    }
    await pause(10_000);
    say(
      `  controller thereafter  ${readRssMib(stage.controller?.pid ?? 0).toFixed(0)} MiB resident (peak ${readPeakRssMib(stage.controller?.pid ?? 0).toFixed(0)})`,
    );
    const isGood = cores.controller <= goals.controllerCores && rss <= goals.controllerMib;
    say(
      `  goal                   ${isGood ? 'held' : 'MISSED'}: at most ${goals.controllerMib} MiB and ${goals.controllerCores} cores for the controller`,
    );
    if (!isGood) process.exitCode = 1;
  } finally {
    await simulation.stop();
    await stage.stopController('SIGKILL');
  }
}

const limit = Number(execFileSync('/bin/sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }));
const wanted = Number(values.agents);
const count = Math.min(wanted, Number.isFinite(limit) ? limit - spareFiles : wanted);
say(
  `${availableParallelism()} processors, at most ${Number.isFinite(limit) ? limit : 'any number of'} open files a process.`,
);
if (count < wanted)
  say(`Left out: ${wanted - count} agents, for which a process may not open enough files here.`);
const stage = await BenchStage.open();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stage.controller?.kill('SIGKILL');
    process.exit(1);
  });
}
try {
  const wantedWays = values.only.split(',');
  for (const way of Object.keys(ways) as Way[]) {
    const lack = way === 'proxy' ? TlsProxy.findLack() : null;
    if (!wantedWays.includes(way)) continue;
    if (lack === null) await measure(stage, way, count);
    else say(`\n${ways[way]}: left out, ${lack}`);
  }
} finally {
  await stage.close();
}
