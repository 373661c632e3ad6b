// `npm run quickstart`: from a bare clone to installed wheels that were built here. Runs on the machine's own Node
// (20 or later) with nothing installed; everything it starts runs on the Node of the lock file.
//   npm run quickstart [-- --exit] [--runner auto|podman|process] [--packages "a==1,b==2"] [--data-dir DIR]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { childEnvironment, nodeBin, root, setup } from './setup.mjs';

/** Small packages that a C compiler alone can build, one in plain Python, and one whose wheel is reused. */
const defaultPackages = {
  fromSource: ['markupsafe==3.0.2', 'wrapt==1.17.2', 'msgpack==1.1.0', 'simplejson==3.20.1', 'six==1.17.0'],
  reused: ['idna==3.10'],
};
const usage =
  'npm run quickstart [-- --exit] [--runner auto|podman|process] [--packages "a==1,b==2"] [--rebuild] [--data-dir DIR] [--port N]';
const upStopMs = 120_000;

/** An end that is told in words; anything else is a defect and shows its stack. */
class Stop extends Error {}

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

/** Python, its venv module and a C compiler: what the machine itself must have. */
function checkMachine() {
  const python = spawnSync(
    'python3',
    ['-c', 'import venv, ensurepip, sys; print("%d.%d" % sys.version_info[:2])'],
    {
      encoding: 'utf8',
    },
  );
  if (python.error) throw new Stop('There is no python3 on the path. Install Python 3.9 or later.');
  if (python.status !== 0) {
    throw new Stop(
      'python3 has no venv and ensurepip modules. Install them (Debian, Ubuntu: apt-get install python3-venv).',
    );
  }
  const compiler = ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (compiler === undefined) {
    throw new Stop(
      'There is no C compiler (cc, gcc or clang). Install one (Debian, Ubuntu: apt-get install gcc libc6-dev python3-dev).',
    );
  }
  return { python: python.stdout.trim(), compiler };
}

/** `ironwheel up` as a child of ours; its log goes to a file, its events to us. */
async function startUp() {
  mkdirSync(workDirectory, { recursive: true });
  const log = openSync(logFile, 'w', 0o600);
  const args = [
    'up',
    '--json',
    '--port',
    options.port,
    '--runner',
    options.runner,
    '--data-dir',
    options.dataDirectory,
  ];
  const child = spawn(nodeBin(), [cli, ...args], {
    cwd: root,
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C is for us; we end it in our own time.
    detached: true,
  });
  const up = { child, index: null, pipProblem: null, tail: [], ready: null, ended: null };
  const note = (line) => {
    writeSync(log, `${line}\n`);
    up.tail = [...up.tail, line].slice(-15);
  };
  up.ended = once(child, 'close').then(([code, signal]) => {
    closeSync(log);
    return signal ?? `exit code ${code}`;
  });
  createInterface({ input: child.stderr }).on('line', note);
  up.ready = new Promise((done) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = readEvent(line);
      if (event.event === 'log') return note(`${event.from}: ${event.line}`);
      note(event.event === undefined ? line : `up: ${line}`);
      if (event.event === 'pip') ({ index: up.index, problem: up.pipProblem } = event);
      else if (event.event === 'worker') console.log(`Worker with runner ${event.runner} (${event.reason}).`);
      else if (event.event === 'restart') console.log(`${event.description}; it is started again.`);
      else if (event.event === 'ready') done(event);
    });
  });
  return up;
}

function readEvent(line) {
  try {
    const event = JSON.parse(line);
    return typeof event === 'object' && event !== null ? event : {};
  } catch {
    return {};
  }
}

/** SIGTERM, once more when it takes long, and never an orphan: `up` ends its children itself. */
async function stopUp(up) {
  if (up.child.exitCode !== null || up.child.signalCode !== null) return;
  up.child.kill('SIGTERM');
  const hurry = setTimeout(() => up.child.kill('SIGTERM'), upStopMs / 2);
  const kill = setTimeout(() => up.child.kill('SIGKILL'), upStopMs);
  await up.ended;
  clearTimeout(hurry);
  clearTimeout(kill);
}

let running = null;
/** Runs a child on this terminal; resolves with its exit code and, with `capture`, what it printed. */
async function runChild(file, args, { capture = false, env = childEnvironment() } = {}) {
  const child = spawn(file, args, {
    cwd: root,
    env,
    stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
  });
  running = child;
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (part) => (stdout += part));
  child.stderr?.on('data', (part) => (stderr += part));
  const [code] = await once(child, 'close');
  running = null;
  return { code: code ?? 1, stdout, stderr };
}

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
    ['plan', '--json', '--no-binary', names.join(','), ...fromSource, ...reused],
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
  const { code, stdout, stderr } = await runChild(
    'python3',
    [join(root, 'samples', 'make-sdists.py'), directory],
    {
      capture: true,
    },
  );
  if (code !== 0) throw new Stop(`The sample sdists could not be made: ${stderr.trim()}`);
  return { directory, samples: stdout.trim().split('\n').map(readEvent) };
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

/** The environment of pip without any of its own settings: what is installed comes from our index alone. */
function pipEnvironment() {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^PIP_|^PYTHON/.test(key)));
  return {
    ...env,
    PIP_CONFIG_FILE: '/dev/null',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  };
}

const importScript = `
import importlib, importlib.metadata as metadata, importlib.machinery as machinery, json, sys
for name in sys.argv[1:]:
    files = metadata.files(name) or []
    tops, compiled = set(), 0
    for file in files:
        suffix = next((s for s in (*machinery.EXTENSION_SUFFIXES, ".py") if file.name.endswith(s)), None)
        if suffix is None or ".dist-info" in file.parts[0] or ".data" in file.parts[0] or ".." in file.parts:
            continue
        compiled += suffix != ".py"
        tops.add(file.parts[0] if len(file.parts) > 1 else file.name[:-len(suffix)])
    for top in sorted(tops):
        importlib.import_module(top)
    kind = "%d compiled" % compiled if compiled else "pure"
    print("  import %-28s %-10s %s" % (", ".join(sorted(tops)), metadata.version(name), kind))
`;

/** Installs the run's wheels into a fresh virtual environment, each checked by its hash, and imports them. */
async function installAndImport(url, results) {
  const venv = join(workDirectory, 'venv');
  rmSync(venv, { recursive: true, force: true });
  const env = pipEnvironment();
  const made = await runChild('python3', ['-m', 'venv', venv], { capture: true, env });
  if (made.code !== 0)
    throw new Stop(`No virtual environment could be made: ${(made.stderr || made.stdout).trim()}`);
  // Wheels with a plain linux tag fit this kind of machine only, so they stand in the index of their target alone.
  const isPortable = results.every((row) => !/-linux_[a-z0-9_]+\.whl$/.test(row.wheel));
  const target = results.find((row) => row.python_tag !== undefined);
  const simple = isPortable
    ? `${url}/simple/`
    : `${url}/index/${target.python_tag}-${target.platform_tag}/simple/`;
  const requirements = join(workDirectory, 'requirements.txt');
  writeFileSync(
    requirements,
    results.map((row) => `${row.name}==${row.version} --hash=sha256:${row.sha256}\n`).join(''),
  );
  const pip = join(venv, 'bin', 'pip');
  const line = `pip install --index-url ${simple} ${results.map((row) => `${row.name}==${row.version}`).join(' ')}`;
  const args = [
    'install',
    '--no-cache-dir',
    '--only-binary',
    ':all:',
    '--require-hashes',
    '--index-url',
    simple,
    '-r',
    requirements,
  ];
  const installed = await runChild(pip, args, { capture: true, env });
  if (installed.code !== 0)
    throw new Stop(`pip could not install from ${simple}:\n${(installed.stdout + installed.stderr).trim()}`);
  console.log(`pip install --require-hashes --index-url ${simple}: ${results.length} wheels installed`);
  const imported = await runChild(
    join(venv, 'bin', 'python'),
    ['-I', '-c', importScript, ...results.map((row) => row.name)],
    {
      capture: true,
      env,
    },
  );
  process.stdout.write(imported.stdout);
  if (imported.code !== 0)
    throw new Stop(`An installed wheel cannot be imported:\n${imported.stderr.trim()}`);
  return line;
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
  const up = await startUp();
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
    const { directory } = await makeSamples();
    report = await buildWheels(['--wheels', directory]);
  }

  step('5/6 Installing from the index of this Ironwheel, and importing');
  const line = await installAndImport(ready.url, report.results);

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
      running?.kill('SIGTERM');
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
