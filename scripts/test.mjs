// `npm test`: sets everything up and passes the tests. Runs on the machine's own Node (20 or later) with nothing
// installed yet; every step runs on the Node of the lock file.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { missingHere } from './machine-facts.mjs';
import { withRealPython } from './real-python-path.mjs';
import { childEnvironment, root, setup } from './setup.mjs';

const reports = join(root, '.cache', 'reports');
const vitest = (project) => [
  'vitest',
  'run',
  '--project',
  project,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${join(reports, `${project}.json`)}`,
];
const minutes = (count) => count * 60_000;
const lint = ['eslint', '--max-warnings', '0'];

/**
 * The steps in their order. `slow` ones run when `--only` names them, those that `check` the source with `--check`. Each of those
 * with a `lane` keeps one core busy: the lanes run side by side, before all others.
 */
const steps = [
  {
    name: 'lint',
    command: [...lint, '.', '--ignore-pattern', 'apps/engine-room/'],
    limitMs: minutes(8),
    check: true,
    lane: 1,
  },
  {
    name: 'format',
    command: ['prettier', '--check', '--log-level', 'warn', '.'],
    limitMs: minutes(3),
    check: true,
    lane: 2,
  },
  { name: 'typecheck', command: ['tsc', '-p', 'tsconfig.json'], limitMs: minutes(5), check: true, lane: 2 },
  {
    name: 'typecheck-ui',
    command: ['tsc', '-p', 'apps/engine-room'],
    limitMs: minutes(5),
    check: true,
    lane: 2,
  },
  // Its files are a TypeScript program of their own in any case.
  { name: 'lint-ui', command: [...lint, 'apps/engine-room'], limitMs: minutes(8), check: true, lane: 2 },
  { name: 'build', command: ['node', 'scripts/build.mjs'], limitMs: minutes(5), notFast: true },
  { name: 'unit', command: vitest('unit'), limitMs: minutes(8), tests: true },
  { name: 'integration', command: vitest('integration'), limitMs: minutes(15), tests: true, notFast: true },
  { name: 'e2e', command: vitest('e2e'), limitMs: minutes(30), tests: true, slow: true, needsBuild: true },
  {
    name: 'engine-room',
    command: vitest('engine-room'),
    limitMs: minutes(30),
    tests: true,
    slow: true,
    needsBuild: true,
  },
  {
    name: 'drills',
    command: vitest('drills'),
    limitMs: minutes(40),
    tests: true,
    slow: true,
    needsBuild: true,
  },
  {
    name: 'queues',
    command: vitest('queues'),
    limitMs: minutes(60),
    tests: true,
    slow: true,
    needsBuild: true,
  },
  {
    name: 'podman',
    command: vitest('podman'),
    limitMs: minutes(40),
    tests: true,
    slow: true,
    needsBuild: true,
  },
  {
    name: 'hints',
    command: vitest('hints'),
    limitMs: minutes(50),
    tests: true,
    slow: true,
    needsBuild: true,
  },
  {
    name: 'fleet',
    command: vitest('fleet'),
    limitMs: minutes(40),
    tests: true,
    slow: true,
    needsBuild: true,
  },
  {
    name: 'vm',
    command: vitest('vm'),
    limitMs: minutes(50),
    tests: true,
    slow: true,
    needsBuild: true,
  },
  {
    name: 'differential',
    command: vitest('differential'),
    limitMs: minutes(30),
    tests: true,
    slow: true,
    lane: 2,
  },
  {
    name: 's390x',
    command: vitest('s390x'),
    limitMs: minutes(20),
    tests: true,
    slow: true,
    needsBuild: true,
  },
  { name: 'universes', command: vitest('universes'), limitMs: minutes(50), tests: true, slow: true, lane: 1 },
];

const usage = `npm test [-- options]

Sets everything up (npm ci, the pinned Node) and runs, one after the other:
  build, unit, integration
With --check it looks at the source instead: lint beside format, typecheck and lint-ui.
The slow suites run when they are named: ${steps
  .filter((step) => step.slow)
  .map((step) => step.name)
  .join(', ')}.

  --check              format, lint and types (npm run check)
  --only STEP[,STEP…]  only these steps, slow ones included (a suite that needs the build gets it)
  --fast               leave out what takes long: build, integration
  --help               this text

Tests that need something this machine lacks are skipped; what is missing is said at the end.
Reports in JSON: .cache/reports/<suite>.json. Exit code 0: all that ran has passed.`;

const refuse = (text) => {
  console.error(`${text}\n\n${usage}`);
  process.exit(2);
};

/** @returns the steps that the arguments ask for */
function chooseSteps(args) {
  const only = new Set();
  let fast = false;
  let check = false;
  for (let at = 0; at < args.length; at += 1) {
    const [flag, given] = args[at].split('=', 2);
    if (flag === '--help' || flag === '-h') {
      console.log(usage);
      process.exit(0);
    } else if (flag === '--fast') fast = true;
    else if (flag === '--check') check = true;
    else if (flag === '--only') {
      const names = (given ?? args[(at += 1)] ?? '').split(',').filter((name) => name !== '');
      if (names.length === 0) refuse('--only needs the name of a step.');
      for (const name of names) only.add(name);
    } else refuse(`Unknown option: ${args[at]}`);
  }
  const unknown = [...only].filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) refuse(`No such step: ${unknown.join(', ')}`);
  if (only.size === 0) {
    if (check) return steps.filter((step) => step.check);
    return steps.filter((step) => !step.slow && !step.check && !(fast && step.notFast));
  }
  if (steps.some((step) => only.has(step.name) && step.needsBuild)) only.add('build');
  return steps.filter((step) => only.has(step.name));
}

/** A developer's own settings of Ironwheel would lead the tests to other data; they see none of them. */
function testEnvironment() {
  const foreign = /^(?:IRONWHEEL_|CONTROL_PLANE_|WORKER_|DATABASE_URL$|QUEUE_BACKEND$|NODE_OPTIONS$)/;
  const kept = Object.entries(childEnvironment()).filter(([key]) => !foreign.test(key));
  const environment = Object.fromEntries(kept);
  return { ...environment, PATH: withRealPython(environment.PATH), CI: process.env.CI ?? '1' };
}

/** Counts of a vitest report; null when the suite ended before it could write one. */
function readReport(name) {
  const file = join(reports, `${name}.json`);
  if (!existsSync(file)) return null;
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const skipped = report.testResults.flatMap((suite) =>
    suite.assertionResults.filter((test) => !['passed', 'failed'].includes(test.status)),
  );
  return {
    passed: report.numPassedTests,
    failed: Math.max(report.numFailedTests, report.success ? 0 : 1),
    skipped: skipped.length,
    skippedNames: skipped.map((test) => test.fullName),
  };
}

const seconds = (ms) =>
  ms < 90_000
    ? `${Math.round(ms / 100) / 10} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;

/** Runs a program; its output is kept when `isQuiet`, else it goes to this terminal. */
function runProgram([file, ...args], environment, limitMs, isQuiet) {
  return new Promise((resolve) => {
    const output = isQuiet ? 'pipe' : 'inherit';
    const child = spawn(file, args, { cwd: root, env: environment, stdio: ['ignore', output, output] });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk));
    const timer = setTimeout(() => child.kill(), limitMs);
    const end = (ok, problem) => {
      clearTimeout(timer);
      resolve({ ok, problem, text: Buffer.concat(chunks).toString('utf8').trimEnd() });
    };
    child.once('error', (error) => end(false, error.message));
    child.once('close', (code, signal) => end(code === 0, signal === null ? null : `ended by ${signal}`));
  });
}

/** Runs one step. Quiet steps show their output only when they fail; suites of tests show it as they go. */
async function runStep(step, environment) {
  console.log(`\n── ${step.name}: ${step.command.slice(0, step.tests ? 4 : undefined).join(' ')}`);
  const startedAt = Date.now();
  const { ok, problem, text } = await runProgram(step.command, environment, step.limitMs, !step.tests);
  const ms = Date.now() - startedAt;
  if (!ok && text !== '') console.log(text);
  if (problem !== null && problem !== undefined) console.log(`${step.name}: ${problem}`);
  console.log(`── ${step.name}: ${ok ? 'passed' : 'FAILED'} in ${seconds(ms)}`);
  return { name: step.name, ok, ms, counts: step.tests ? readReport(step.name) : null };
}

/** One after the other. */
async function runLane(lane, environment, done) {
  for (const step of lane) {
    if (step.needsBuild && done.some(({ name, ok }) => name === 'build' && !ok)) {
      console.log(`\n── ${step.name}: not run, because the build failed`);
      continue;
    }
    done.push(await runStep(step, environment));
  }
}

function howToRun({ name, check, slow }) {
  if (check) return 'npm run check';
  return slow ? `slow; npm test -- --only ${name}` : 'not asked for';
}

const describeCounts = ({ counts }) =>
  counts === null
    ? ''
    : ` (${counts.passed} passed${counts.failed > 0 ? `, ${counts.failed} failed` : ''}${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''})`;

async function main() {
  const chosen = chooseSteps(process.argv.slice(2));
  const startedAt = Date.now();
  setup();
  mkdirSync(reports, { recursive: true });
  for (const step of chosen) rmSync(join(reports, `${step.name}.json`), { force: true });
  const environment = testEnvironment();

  const done = [];
  const lanes = [1, 2].map((lane) => chosen.filter((step) => step.lane === lane));
  await Promise.all(lanes.map((lane) => runLane(lane, environment, done)));
  await runLane(
    chosen.filter((step) => step.lane === undefined),
    environment,
    done,
  );

  console.log('\nLeft out:');
  for (const { what, costs } of missingHere()) console.log(`  ${what}: without ${costs}`);
  for (const step of steps.filter((one) => !done.some(({ name }) => name === one.name))) {
    console.log(`  ${step.name}: ${howToRun(step)}`);
  }
  const skipped = done.flatMap(({ counts }) => counts?.skippedNames ?? []);
  for (const name of skipped) console.log(`  skipped: ${name}`);

  const sum = (key) => done.reduce((total, { counts }) => total + (counts?.[key] ?? 0), 0);
  const failed = done.filter(({ ok }) => !ok);
  console.log(`\nTests: ${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  const list = done
    .map((step) => `${step.name}${step.ok ? '' : ' FAILED'}${describeCounts(step)}`)
    .join(', ');
  const verdict = failed.length === 0 ? 'All passed' : `${failed.length} of ${done.length} steps failed`;
  console.log(`${verdict} in ${seconds(Date.now() - startedAt)}: ${list}.`);
  process.exit(failed.length === 0 && done.length > 0 ? 0 : 1);
}

await main();
