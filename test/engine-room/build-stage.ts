import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSampleWheel, FakeIndex } from '@ironwheel/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { DrillStage } from '../drills/drill-stage.ts';
import { repositoryRoot } from '../guards/repository-files.ts';
import { makeFailingSdists } from '../hints/failure-stage.ts';
import { closePages, shareBrowser } from './chromium.ts';
import { watchPage, type PageProblems } from './watch-page.ts';

/** Builds real C code as a plain process of this machine, with none of the settings that pip has here. */
const runner = {
  RUNNER: 'process',
  IRONWHEEL_ALLOW_PROCESS_RUNNER: 'true',
  PIP_CONFIG_FILE: '/dev/null',
};
export const canCompile =
  spawnSync('python3', [
    '-c',
    'import ensurepip, os, shutil, sysconfig, sys; sys.exit(not (shutil.which("cc") and os.path.exists(sysconfig.get_path("include") + "/Python.h")))',
  ]).status === 0;

const slowly = (what: string, steps: number): string =>
  `for step in $(seq ${steps}); do echo "${what} $step of ${steps}"; sleep 0.4; done`;
const part = `#include <Python.h>
#include <anvil.h>
static PyObject *answer(PyObject *self, PyObject *unused) { return PyLong_FromLong(ANVIL_ANSWER); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, "The answer."}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_part", NULL, -1, methods};
PyMODINIT_FUNC PyInit__part(void) { return PyModule_Create(&module); }
`;
/** Does not tell where in this repository it was called. */
const backend = `${readFileSync(join(repositoryRoot, 'test/hints/backend/failing_backend.py'), 'utf8')}
import sys

sys.tracebacklimit = 0
`;
const sources = [
  {
    name: 'forge-anvil',
    // It brings its header along and does not look there: `CFLAGS=-Ivendored` mends it.
    files: {
      'src/part.c': part,
      'vendored/anvil.h': '#define ANVIL_ANSWER 42\n',
      '_failing/failing_backend.py': backend,
    },
    sources: ['src/part.c'],
    commands: [slowly('drawing out part', 8)],
  },
  { name: 'forge-tongs', commands: [slowly('bending part', 3)] },
];

/** A controller and a worker of the built programs, a package index with sources of its own, and a browser. */
export class BuildStage {
  private constructor(
    readonly drill: DrillStage,
    readonly index: FakeIndex,
    readonly browser: Browser,
    readonly target: { readonly python: string; readonly platform: string },
  ) {}

  static async start(): Promise<BuildStage> {
    const drill = new DrillStage();
    const index = await FakeIndex.start();
    const sdists = makeFailingSdists(sources, drill.directory);
    for (const filename of readdirSync(sdists)) {
      const bytes = readFileSync(join(sdists, filename));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      index.add(filename.replace(/-1\.0\.tar\.gz$/, '').replaceAll('_', '-'), { filename, bytes, sha256 });
    }
    index.add('forge-rivets', createSampleWheel({ name: 'forge-rivets' }));
    await drill.startController({ INDEX_URL: index.url });
    await drill.startWorker('anvil', runner);
    const { items } = await drill.get<{ items: { capabilities: Record<string, string[]> }[] }>(
      '/api/workers',
    );
    const { python_tags: [python = ''] = [], platform_tags: [platform = ''] = [] } =
      items[0]?.capabilities ?? {};
    const target = { python: python.replace(/^cp(\d)/, '$1.'), platform };
    return new BuildStage(drill, index, await shareBrowser(), target);
  }

  /** A page in a profile of its own, where nobody is signed in. */
  async open(path: string): Promise<{ page: Page; context: BrowserContext; problems: PageProblems }> {
    const context = await this.browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
    });
    // A compiler runs beside it.
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const problems = await watchPage(page, this.drill.url);
    await page.goto(`${this.drill.url}/verifier-engine-room${path}`);
    return { page, context, problems };
  }

  async makeToken(name: string): Promise<string> {
    const { body } = await this.drill.post<{ token: string }>('/api/tokens', { name, role: 'operator' });
    return body.token;
  }

  async close(): Promise<void> {
    await closePages(this.browser);
    await this.drill.close();
    await this.index.close();
  }
}
