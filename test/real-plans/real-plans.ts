// `npm run plans:real`: plans of real projects for s390x from the default index, with a table of verdicts (Markdown).
import { execa } from 'execa';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { installPrograms } from '../benchmarks/resolve/programs.ts';
import { realProjects, type RealProject } from './projects.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
if (values.help === true) {
  print(`npm run plans:real [-- --only ${realProjects.map(({ name }) => name).join('|')}] [-- --json DIR]`);
  process.exit(0);
}
const target = { python: '3.12', platform: 'manylinux_2_28_s390x' };
const folder = resolve('.cache', 'real-plans');
const script = resolve('dist', 'cli', 'ironwheel.mjs');
mkdirSync(folder, { recursive: true });

interface PlanNode {
  readonly name: string;
  readonly version: string;
  readonly verdict: string;
  readonly reason: { readonly code: string; readonly text: string };
  readonly roles?: readonly string[];
  readonly source?: { readonly filename: string };
}
interface Plan {
  readonly nodes: readonly PlanNode[];
  readonly missing_requirements: readonly {
    readonly requirement: string;
    readonly code: string;
    readonly text: string;
  }[];
  readonly notes?: readonly string[];
}

/** What uv makes of the project on another platform: constraints, or a lock; kept, so that a second run has the same. */
const prepareFiles = async (project: RealProject, venv: string): Promise<readonly string[]> => {
  const place = join(folder, project.name);
  mkdirSync(place, { recursive: true });
  if (project.kind === 'requirements') {
    writeFileSync(join(place, 'requirements.txt'), `${project.requirements.join('\n')}\n`);
    return ['-r', join(place, 'requirements.txt')];
  }
  if (project.kind === 'constraints') {
    const constraints = join(place, 'constraints.txt');
    writeFileSync(join(place, 'requirements.txt'), `${project.requirements.join('\n')}\n`);
    if (!existsSync(constraints)) {
      const options = ['--quiet', '--no-annotate', '--no-header', '--python-version', target.python];
      const platform = [
        '--python-platform',
        'x86_64-manylinux_2_28',
        '--python',
        join(venv, 'bin', 'python'),
      ];
      const files = [join(place, 'requirements.txt'), '-o', constraints];
      await execa(join(venv, 'bin', 'uv'), ['pip', 'compile', ...options, ...platform, ...files]);
    }
    return ['-r', join(place, 'requirements.txt'), '-c', constraints];
  }
  if (!existsSync(join(place, 'uv.lock'))) {
    const dependencies = project.requirements.map((line) => JSON.stringify(line)).join(', ');
    // uv resolves with the Python that is here; the lock holds for the target's as well.
    const here = await execa(join(venv, 'bin', 'python'), ['-c', 'import sys; print(sys.version_info[1])']);
    const oldest = Math.min(Number(here.stdout), 12);
    const head = `[project]\nname = "locked"\nversion = "0"\nrequires-python = ">=3.${oldest},<3.13"\n`;
    writeFileSync(join(place, 'pyproject.toml'), `${head}dependencies = [${dependencies}]\n`);
    await execa(join(venv, 'bin', 'uv'), ['lock', '--quiet', '--python', join(venv, 'bin', 'python')], {
      cwd: place,
      env: { UV_PYTHON_DOWNLOADS: 'never' },
    });
  }
  return ['-r', join(place, 'uv.lock')];
};

const makePlan = async (files: readonly string[]): Promise<{ plan: Plan; ms: number }> => {
  const startedAt = performance.now();
  const args = [
    script,
    'plan',
    '--local',
    '--json',
    '--python',
    target.python,
    '--platform',
    target.platform,
  ];
  const { stdout, stderr, exitCode } = await execa(process.execPath, [...args, ...files], {
    reject: false,
    maxBuffer: 256 * 1024 * 1024,
    timeout: 900_000,
  });
  if (exitCode !== 0 && exitCode !== 1)
    throw new Error(`no plan (exit ${String(exitCode)}): ${stderr.slice(-2000)}`);
  return { plan: JSON.parse(stdout) as Plan, ms: performance.now() - startedAt };
};

const count = (nodes: readonly PlanNode[], verdict: string): number =>
  nodes.filter((node) => node.verdict === verdict).length;

const printPlan = (project: RealProject, { plan, ms }: { plan: Plan; ms: number }): void => {
  const installed = plan.nodes.filter(({ roles }) => roles?.includes('install') ?? true);
  const onlyBuild = plan.nodes.length - installed.length;
  const verdicts = ['reuse', 'build', 'missing'].map((verdict) => String(count(installed, verdict)));
  const cells = [
    project.name,
    String(installed.length),
    ...verdicts,
    String(onlyBuild),
    (ms / 1000).toFixed(1),
  ];
  print(`| ${cells.join(' | ')} |`);
};

const printDetails = (project: RealProject, { plan }: { plan: Plan }): void => {
  print(`\n### ${project.name}\n`);
  print(`${project.words}\n`);
  const list = (verdict: string): string =>
    plan.nodes
      .filter((node) => node.verdict === verdict)
      .map(({ name, version }) => `${name} ${version}`)
      .join(', ');
  print(`To build: ${list('build') || 'nothing'}.\n`);
  for (const { text, code } of plan.missing_requirements) print(`- missing (${code}): ${text}`);
};

const venv = await installPrograms(folder);
const chosen = realProjects.filter(({ name }) => values.only === undefined || values.only === name);
print('| project | to install | reuse | build | missing | only to build others | seconds |');
print('|---|---:|---:|---:|---:|---:|---:|');
const made: { project: RealProject; result: { plan: Plan; ms: number } }[] = [];
for (const project of chosen) {
  const result = await makePlan(await prepareFiles(project, venv));
  made.push({ project, result });
  printPlan(project, result);
  if (values.json !== undefined) {
    mkdirSync(values.json, { recursive: true });
    writeFileSync(join(values.json, `${project.name}.json`), JSON.stringify(result.plan, null, 2));
  }
}
for (const { project, result } of made) printDetails(project, result);
