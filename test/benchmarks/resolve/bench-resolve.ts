// `npm run bench:resolve`: plans of real projects, cold and warm, beside pip and uv in one run, all from one index on
// loopback that holds what was recorded from the default index. What is recorded stays: further runs need no network.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { toGeneratedRequirement } from './generated-universe.ts';
import { findUpstream, startIndex, type IndexProcess } from './index-process.ts';
import {
  checkDemands,
  listDifferences,
  listHeads,
  listRows,
  type Demand,
  type Row,
} from './print-results.ts';
import {
  createLocalPlan,
  createPip,
  createUv,
  installPrograms,
  type BenchTarget,
  type Measured,
  type MeasuredProgram,
} from './programs.ts';
import { startController, type RunningController } from './running-controller.ts';
import { requirementSets, type RequirementSet } from './sets.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const names = requirementSets.map(({ name }) => name).join(',');
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    sets: { type: 'string', default: names },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help === true) {
  print(`npm run bench:resolve [-- --runs N] [-- --sets ${names}]`);
  process.exit(0);
}
const root = resolve('.');
const script = join(root, 'dist', 'cli', 'ironwheel.mjs');
const folder = join(root, '.cache', 'benchmarks', 'resolve');
const recordedFolder = join(folder, 'recorded');
const completeFile = join(recordedFolder, 'complete.json');
const runs = Number(values.runs);
/** The first ones still warm the just-in-time compiler. */
const warmPlans = 15;
/**
 * Universes that a running controller has planned before anything of it is measured, each of them cold. Another number
 * each run: a full collection of its heap falls into one plan in several, and would fall into the same one always.
 */
const leastPlansBefore = 4;
const countPlansBefore = (run: number): number => leastPlansBefore + (run % 3);
const startedName = 'controller just started';
const controllerName = 'running controller';

const withFolder = async <T>(use: (path: string) => Promise<T>): Promise<T> => {
  const path = mkdtempSync(join(tmpdir(), 'ironwheel-bench-'));
  try {
    return await use(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
};

const withIndex = async <T>(from: string | null, use: (index: IndexProcess) => Promise<T>): Promise<T> => {
  const index = await startIndex(recordedFolder, from);
  try {
    return await use(index);
  } finally {
    index.stop();
  }
};

/** A set is recorded for the Python and the requirements that it was recorded with. */
const toRecordName = ({ name, requirements }: RequirementSet, target: BenchTarget): string =>
  [name, target.pythonVersion, ...requirements].join(' ');

const readComplete = (): string[] =>
  existsSync(completeFile) ? (JSON.parse(readFileSync(completeFile, 'utf8')) as string[]) : [];

/** Lets each program ask for all that it wants once. Gives the sets that are recorded then. */
const record = async (
  sets: readonly RequirementSet[],
  programs: readonly MeasuredProgram[],
  target: BenchTarget,
): Promise<RequirementSet[]> => {
  const isRecorded = (set: RequirementSet): boolean => readComplete().includes(toRecordName(set, target));
  const lacking = sets.filter((set) => !isRecorded(set));
  if (lacking.length === 0) return [...sets];
  const upstream = await findUpstream();
  if (upstream.url === null) {
    const which = lacking.map(({ name }) => name).join(', ');
    print(`Not recorded, and nothing to record from: ${upstream.reason}. Left out: ${which}.`);
    return sets.filter(isRecorded);
  }
  await withIndex(upstream.url, async (index) => {
    for (const set of lacking) {
      print(`recording ${set.name} …`);
      for (const program of programs) await withFolder((cache) => program.run(set, index.url, cache));
      writeFileSync(completeFile, JSON.stringify([...readComplete(), toRecordName(set, target)]));
    }
  });
  return [...sets];
};

interface OpenRow extends Row {
  readonly cold: Measured[];
  readonly warm: Measured[];
}
const openRow = (program: string): OpenRow => ({ program, cold: [], warm: [] });

/** The least that anybody has to do, for what the plan before asked for. */
const measureRaw = async (index: IndexProcess): Promise<Measured> => {
  const { asked } = await index.takeAsked();
  const args = [join(root, 'test', 'benchmarks', 'run.mjs')];
  const program = join(root, 'test', 'benchmarks', 'resolve', 'raw-fetch.ts');
  const output = execFileSync(process.execPath, [...args, program, index.origin], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
  });
  await index.takeAsked();
  return { ...(JSON.parse(output) as { ms: number; cpuMs: number }), packages: [] };
};

const withController = (
  index: IndexProcess,
  use: (controller: RunningController) => Promise<void>,
): Promise<void> =>
  withFolder(async (data) => {
    const controller = await startController(script, data, index.url, target);
    try {
      await use(controller);
    } finally {
      await controller.stop();
    }
  });

/** A cold plan has asked the index for the page of each of its packages. Throws for one that has not. */
const checkAsked = (set: RequirementSet, plans: readonly Measured[], asked: readonly string[]): void => {
  const names = (plans.at(-1)?.packages ?? []).map((one) => one.split('==', 1)[0]);
  const unasked = names.filter((name) => !asked.includes(`/simple/${name}/`));
  if (unasked.length > 0) throw new Error(`${set.name}: this was no cold plan: ${unasked.join(', ')}`);
};

/** All programs in turn, run after run, so that what else the machine does meets all of them. */
const measureSet = async (
  set: RequirementSet,
  programs: readonly MeasuredProgram[],
  index: IndexProcess,
): Promise<{ rows: Row[]; unrecorded: number }> => {
  const rows = programs.map(({ name }) => openRow(name));
  const started = openRow(startedName);
  const running = openRow(controllerName);
  const raw = openRow('pages and files alone');
  let unrecorded = 0;
  for (let run = 0; run < runs; run += 1) {
    for (const [at, program] of programs.entries()) {
      await index.takeAsked();
      await withFolder(async (cache) => {
        rows[at]?.cold.push(await program.run(set, index.url, cache));
        if (at === programs.length - 1) raw.cold.push(await measureRaw(index));
        rows[at]?.warm.push(await program.run(set, index.url, cache));
      });
      unrecorded += (await index.takeAsked()).unrecorded.length;
    }
    await withController(index, async (controller) => {
      started.cold.push(await controller.plan(set));
    });
    await withController(index, async (controller) => {
      for (let universe = 0; universe < countPlansBefore(run); universe += 1) {
        const requirements = [toGeneratedRequirement(universe)];
        await controller.plan({ name: `generated ${universe}`, requirements });
      }
      await controller.rest();
      await index.takeAsked();
      running.cold.push(await controller.plan(set));
      checkAsked(set, running.cold, (await index.takeAsked()).asked);
      for (let again = 0; again < warmPlans; again += 1) running.warm.push(await controller.plan(set));
    });
  }
  return { rows: [...rows, started, running, raw], unrecorded };
};

const python = execFileSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
  encoding: 'utf8',
}).trim();
const machine = execFileSync('uname', ['-m'], { encoding: 'utf8' }).trim();
const target: BenchTarget = { pythonVersion: python, platformTag: `manylinux_2_28_${machine}` };
mkdirSync(recordedFolder, { recursive: true });
const venv = await installPrograms(folder);
const local = createLocalPlan(script, target);
const programs = [createPip(venv), createUv(venv, target), local];
const wanted = requirementSets.filter(({ name }) => values.sets.split(',').includes(name));
const sets = await record(wanted, programs, target);
if (runs === 0) process.exit(0);
if (sets.length === 0) {
  print('Nothing to measure: run it once where pip reaches a package index.');
  process.exit(1);
}

const loads = loadavg().map((load) => load.toFixed(1));
print(`${cpus().length} × ${cpus()[0]?.model ?? 'cpu'}, load ${loads.join(' ')}; Node ${process.version}`);
print(`Target cp${python.replace('.', '')} ${target.platformTag}; one index on loopback, recorded before.`);
print(
  `Medians of ${runs} cold and ${runs} warm runs, of the controller ${runs} cold and ${runs * warmPlans} warm plans.`,
);
print('Cold: nothing of what is asked for is in any cache. Warm: after that, with what it kept.');
print(`${startedName}: the first plan of its life, asked for as soon as it is ready.`);
print(
  `${controllerName}: it has planned ${leastPlansBefore} to ${countPlansBefore(2)} times before, generated projects that nothing here needs.`,
);
print('CPU: all processes of the program, the database of the controller too.\n');
const demands: Demand[] = [];
const remarks: string[] = [];
await withIndex(null, async (index) => {
  listHeads().forEach(print);
  for (const set of sets) {
    const { rows, unrecorded } = await measureSet(set, programs, index);
    listRows(set.name, rows).forEach(print);
    remarks.push(...listDifferences(set.name, rows));
    if (unrecorded > 0)
      remarks.push(`${set.name}: ${unrecorded} answers were asked for that are not recorded.`);
    demands.push(...checkDemands(set.name, rows, [controllerName, startedName, local.name]));
  }
});
print('');
remarks.forEach((remark) => print(`- ${remark}`));
demands.forEach(({ text, isMet, isDemanded }) =>
  print(`- ${isMet ? 'yes' : 'NO'}${isDemanded ? '' : ' (told, not demanded)'}: ${text}`),
);
process.exitCode = demands.every(({ isMet, isDemanded }) => isMet || !isDemanded) ? 0 : 1;
