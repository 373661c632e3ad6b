// `npm run quickstart`: from a bare clone to installed wheels that were built here. Runs on the machine's own Node
// (20 or later) with nothing installed; everything it starts runs on the Node of the lock file.
//   npm run quickstart [-- --exit] [--runner auto|podman|process] [--packages "a==1,b==2"] [--data-dir DIR]
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { checkMachine } from './quickstart/check-machine.mjs';
import { installAndImport } from './quickstart/install-and-import.mjs';
import { readEvent } from './quickstart/read-event.mjs';
import { runChild, stopRunning } from './quickstart/run-child.mjs';
import { Stop } from './quickstart/stop.mjs';
import { startUp, stopUp } from './quickstart/up-process.mjs';
import { nodeBin, root, setup } from './setup.mjs';

/** Small packages that a C compiler alone can build, one in plain Python, and one whose wheel is reused. */
const defaultPackages = {
  fromSource: ['markupsafe==3.0.2', 'wrapt==1.17.2', 'msgpack==1.1.0', 'simplejson==3.20.1', 'six==1.17.0'],
  reused: ['idna==3.10'],
};
const usage =
  'npm run quickstart [-- --exit] [--runner auto|podman|process] [--packages "a==1,b==2"] [--rebuild] [--data-dir DIR] [--port N]';

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        exit: { type: 'boolean', default: false },
        runner: { type: 'string', default: 'auto' },
        packages: { type: 'string' },
        'data-dir': { type: 'string', default: join(root, '.ironwheel') },
        port: { type: 'string', default: '0' },
        rebuild: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    if (!['auto', 'podman', 'process'].includes(values.runner))
      throw new Error(`no such runner: ${values.runner}`);
    return { ...values, dataDirectory: resolve(values['data-dir']) };
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
}

const options = readOptions();
const step = (text) => console.log(`\n── ${text}`);
const cli = join(root, 'dist', 'cli', 'ironwheel.mjs');
const workDirectory = join(options.dataDirectory, 'quickstart');
const logFile = join(workDirectory, 'up.log');

const ironwheel = (args, how) =>
  runChild(nodeBin(), [cli, '--data-dir', options.dataDirectory, ...args], how);

/** The packages to build, or null and why the index is of no use here. */
async function choosePackages(up) {
  const fromSource =
    options.packages === undefined
      ? defaultPackages.fromSource
      : options.packages
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== '');
  const reused = options.packages === undefined ? defaultPackages.reused : [];
  if (up.index === null) {
    return {
      reason:
        up.pipProblem === null
          ? 'pip is set to use no index'
          : `pip could not be asked for its index (${up.pipProblem})`,
    };
  }
  const names = fromSource.map((item) => /^[A-Za-z0-9._-]+/.exec(item)?.[0] ?? item);
  const { code, stdout, stderr } = await ironwheel(
    // What an earlier run learned of the index tells nothing of whether it can be reached now.
    ['plan', '--json', '--refresh', '--no-binary', names.join(','), ...fromSource, ...reused],
    {
      capture: true,
    },
  );
  const answer = readEvent(stdout.trim().split('\n').at(-1) ?? '');
  if (Array.isArray(answer.missing_requirements) && answer.missing_requirements.length > 0) {
    const [first] = answer.missing_requirements;
    if (options.packages !== undefined) throw new Stop(first.text);
    return { reason: `not everything can be built from the package index: ${first.text}` };
  }
  if (code === 0) return { fromSource, reused, names };
  if (answer.error === 'PLAN_INDEX_UNREACHABLE') return { reason: answer.detail };
  throw new Stop(`No plan could be made: ${answer.detail ?? (stderr.trim() || stdout.trim())}`);
}

/** The sample sdists of the repository, which need nothing from an index. */
async function makeSamples() {
  const directory = join(workDirectory, 'sdists');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { code, stderr } = await runChild('python3', [join(root, 'samples', 'make-sdists.py'), directory], {
    capture: true,
  });
  if (code !== 0) throw new Stop(`The sample sdists could not be made: ${stderr.trim()}`);
  return directory;
}

/** Builds, with the progress and the table on this terminal; the results of the run. */
async function buildWheels(args) {
  const report = join(workDirectory, 'report.json');
  rmSync(report, { force: true });
  const rebuild = options.rebuild ? ['--rebuild'] : [];
  const { code } = await ironwheel(['build', '--report', report, ...rebuild, ...args]);
  if (code !== 0) {
    throw new Stop(
      code === 1
        ? 'Some builds failed; the lines above say in which phase and why.'
        : `The builds could not be followed (exit code ${code}).`,
    );
  }
  return JSON.parse(readFileSync(report, 'utf8'));
}

async function main() {
  step('1/6 This machine');
  const { python, compiler } = checkMachine();
  console.log(`Node ${process.versions.node}, Python ${python}, C compiler ${compiler}.`);

  step('2/6 Set-up: locked dependencies, and the programs');
  setup();
  build();
  console.log('Ready.');

  step('3/6 Starting Ironwheel');
  const up = startUp({ ...options, cli, logFile });
  activeUp = up;
  const ready = await Promise.race([up.ready, up.ended]);
  if (typeof ready === 'string')
    throw new Stop(`Ironwheel ended at its start (${ready}). Its last lines:\n${up.tail.join('\n')}`);
  if (ready.problems.length > 0)
    throw new Stop(`The worker builds nothing: ${ready.problems.map((problem) => problem.text).join('; ')}`);
  console.log(
    `Ironwheel runs at ${ready.url}; the worker builds for ${ready.python_tags.join(', ')} on ${ready.platform_tags[0]}.`,
  );

  step('4/6 Building wheels from source');
  const packages = await choosePackages(up);
  let report;
  if (packages.reason === undefined) {
    console.log(`From the package index that pip uses here (${up.index}).`);
    report = await buildWheels([
      '--no-binary',
      packages.names.join(','),
      ...packages.fromSource,
      ...packages.reused,
    ]);
  } else {
    console.log(`No package index can be used: ${packages.reason}`);
    console.log('Building the sample packages of this repository, which need nothing from an index.');
    const directory = await makeSamples();
    report = await buildWheels(['--wheels', directory]);
  }

  step('5/6 Installing from the index of this Ironwheel, and importing');
  const line = await installAndImport(workDirectory, ready.url, report.results);

  step('6/6 Done');
  const built = report.results.filter((row) => row.action === 'build');
  const compiled = built.filter((row) => !row.wheel.endsWith('-any.whl')).length;
  const reused = report.results.length - built.length;
  const earlier = report.results.filter((row) => row.action === 'reuse' && row.origin === 'own').length;
  if (earlier > 0) {
    console.log(
      `${earlier} wheels were built here by an earlier run and are reused; -- --rebuild builds them again.`,
    );
  }
  console.log(`Install line:\n  ${line}`);
  const summary = `built ${built.length} wheels from source (${compiled} with C extensions) with runner ${ready.runner}, reused ${reused}${earlier > 0 ? ` (${earlier} built here earlier)` : ''}, installed and imported all ${report.results.length}${packages.reason === undefined ? '' : '; no package index was used'}`;
  if (options.exit) {
    await stopUp(up);
    console.log(`Done, and everything is stopped: ${summary}.`);
    return;
  }
  console.log(
    `The command line knows this controller:\n  npm run -s ironwheel -- --data-dir ${options.dataDirectory} workers`,
  );
  console.log(`Done: ${summary}. Ironwheel still runs at ${ready.url}; Ctrl-C stops it.`);
  const end = await Promise.race([up.ended, interrupted]);
  if (end !== undefined) throw new Stop(`Ironwheel ended by itself (${end}).`);
  await stopUp(up);
  console.log('Stopped.');
}

let activeUp = null;
let isInterrupted = false;
const interrupted = new Promise((done) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      isInterrupted = true;
      stopRunning();
      done(undefined);
    });
  }
});

try {
  // A signal in the middle ends the current child, which ends `main` with a reason.
  await main();
} catch (error) {
  if (activeUp !== null) await stopUp(activeUp);
  if (isInterrupted) {
    console.error('\nInterrupted; everything is stopped.');
    process.exit(130);
  }
  console.error(`\nThe quickstart failed: ${error instanceof Stop ? error.message : error.stack}`);
  if (existsSync(logFile)) console.error(`The log of controller and worker: ${logFile}`);
  process.exit(1);
}
