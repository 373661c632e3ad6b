// npm run bench:claims [-- --seconds 2 --warm 10000 --waiting 1000,100000,1000000 --in-flight 1,10,64 --only bare,claim,graphile …]
import { availableParallelism } from 'node:os';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { readCpuMs } from '../fleet/process-figures.ts';
import { BareClaims } from './bare-claims.ts';
import { measureBuffers, type BufferFigures } from './buffers.ts';
import { findRedisVersion, openBullMq } from './bullmq.ts';
import { ClaimsStage } from './claims-stage.ts';
import { listDemands } from './demands.ts';
import { timeStarts } from './enqueue-to-start.ts';
import { openGraphileWorker } from './graphile-worker.ts';
import { HttpClient } from './http-client.ts';
import { httpPrograms } from './http-programs.ts';
import { openPgBoss } from './pg-boss.ts';
import { listCells } from './print-cells.ts';
import { measureInTurn, warmUp, type Cell, type Program } from './program.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    warm: { type: 'string', default: '10000' },
    waiting: { type: 'string', default: '1000,100000,1000000' },
    'in-flight': { type: 'string', default: '1,10,64' },
    only: { type: 'string', default: '' },
    starts: { type: 'string', default: '200' },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const toNumbers = (list: string): number[] =>
  list
    .split(',')
    .map(Number)
    .sort((one, other) => one - other);
const seconds = Number(values.seconds);
const only = values.only.split(',').filter((name) => name !== '');
const isWanted = (name: string): boolean => only.length === 0 || only.some((part) => name.includes(part));

const versionOf = (name: string): string => {
  const read = createRequire(import.meta.url);
  return (read(`${process.cwd()}/node_modules/${name}/package.json`) as { version: string }).version;
};

async function printSettings(stage: ClaimsStage): Promise<void> {
  const [row] = await stage.query<{ version: string; settings: string }>(
    `SELECT current_setting('server_version') AS version, string_agg(name || ' ' || current_setting(name), ', ' ORDER BY name) AS settings
     FROM pg_settings WHERE name IN ('shared_buffers', 'synchronous_commit', 'fsync', 'max_connections', 'autovacuum_naptime')`,
  );
  const redis = findRedisVersion();
  say(
    `${availableParallelism()} processors, Node ${process.version}, Postgres ${row?.version ?? ''} (${row?.settings ?? ''})`,
  );
  say(
    `graphile-worker ${versionOf('graphile-worker')}, pg-boss ${versionOf('pg-boss')}, BullMQ ${versionOf('bullmq')} on ${redis === null ? 'no Redis: left out' : `Redis ${redis} without persistence`}`,
  );
  say(
    'Client, controller and Postgres share the machine. The others run inside the measuring process, without HTTP, and with their defaults but for the number at once; graphile-worker also with its defaults as they are, one job at a time.',
  );
}

const stage = await ClaimsStage.open();
const closing: (() => Promise<void> | void)[] = [];
try {
  await printSettings(stage);
  const client = new HttpClient(stage.url, stage.workers);
  closing.push(() => client.close());
  const bare = new BareClaims(stage);
  const programs: Program[] = [...httpPrograms(stage, client), ...bare.programs()];
  const openers = {
    'graphile-worker': () => openGraphileWorker(stage),
    'pg-boss': () => openPgBoss(stage),
    BullMQ: () => (findRedisVersion() === null ? null : openBullMq(stage.directory)),
  };
  for (const [name, open] of Object.entries(openers)) {
    const opened = isWanted(name) ? await open() : null;
    if (opened === null) continue;
    programs.push(...opened.programs);
    closing.push(() => opened.close());
  }
  const wanted = programs.filter(({ name }) => isWanted(name));
  const readCpu = (): number => readCpuMs([process.pid, ...stage.listPids()]);
  const cells: Cell[] = [];
  const buffers: BufferFigures[] = [];
  await warmUp(wanted, 64, Number(values.warm));
  for (const waiting of toNumbers(values.waiting)) {
    for (const inFlight of toNumbers(values['in-flight']).toReversed()) {
      const measured = await measureInTurn(wanted, waiting, inFlight, seconds, readCpu);
      cells.push(...measured);
      for (const { program, jobsPerS, cpuUs } of measured)
        process.stderr.write(
          `${program}, ${waiting} waiting, ${inFlight} in flight: ${jobsPerS.toFixed(0)}/s, ${cpuUs.toFixed(0)} µs\n`,
        );
    }
    buffers.push(await measureBuffers(stage, bare, waiting));
    for (const line of listCells(cells.filter((cell) => cell.waiting === waiting))) say(line);
    const figures = buffers.at(-1);
    say(
      `pages touched per claim: ${figures?.single.toFixed(1) ?? ''} one by one, ${figures?.gathered.toFixed(1) ?? ''} gathered by 64`,
    );
  }
  const starts = await timeStarts(stage, client, Number(values.starts));
  say('');
  for (const { text, holds } of listDemands(cells, buffers, starts)) {
    say(`${holds === null ? '   ' : holds ? 'yes' : 'NO '}  ${text}`);
    if (holds === false) process.exitCode = 1;
  }
} finally {
  for (const close of closing.toReversed()) await close();
  await stage.close();
}
