import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareEmulatedNode, type Finished } from './emulated-node.ts';
import { hasDefaultIndex, indexEnvironment } from './default-index.ts';
import { answerUniverse } from './marker-universe.ts';

const repository = join(import.meta.dirname, '..', '..');
const program = join(repository, 'dist', 'cli', 'ironwheel.mjs');
const emulated = prepareEmulatedNode(join(repository, '.cache', 's390x'));
const work = mkdtempSync(join(tmpdir(), 'ironwheel-s390x-'));

const runHere = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'] ?? '', ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });

interface Plan {
  readonly run_id: string;
  readonly nodes: readonly { readonly name: string; readonly version: string; readonly verdict: string }[];
}

/** Both plans as printed; each host has a cache of its own, so neither learns from the other. */
const planOnBoth = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<[here: Finished, there: Finished]> => {
  if ('why' in emulated) throw new Error(emulated.why);
  const command = [program, 'plan', '--local', '--json', '--run-id', 'run_same', ...args];
  const home = (name: string) => ({ ...env, HOME: join(work, name), XDG_CACHE_HOME: join(work, name) });
  return [await runHere(command, home('x86')), await emulated.run(command, home('s390x'))];
};

const target = ['--python', '3.12', '--platform', 'manylinux_2_28_s390x'];

describe.skipIf('why' in emulated)(
  `a plan for s390x${'why' in emulated ? ` (left out: ${emulated.why})` : ''}`,
  () => {
    let server: Server;
    let indexUrl = '';

    beforeAll(async () => {
      server = createServer(answerUniverse);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      indexUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`;
    });

    afterAll(async () => {
      await new Promise((resolve) => server.close(resolve));
      rmSync(work, { recursive: true, force: true });
    });

    it('the emulated host is a big-endian s390x', async () => {
      if ('why' in emulated) return;
      const told = await emulated.run(['-p', '`${process.arch} ${os.endianness()}`']);
      expect(told.stdout.trim()).toBe('s390x BE');
    });

    it('is the same to the byte on this machine and on s390x, and no marker of either host leaks in', async () => {
      const requirements = join(work, 'requirements.txt');
      writeFileSync(
        requirements,
        'app\nbig-endian-only; platform_machine == "s390x"\nx86-only; platform_machine == "x86_64"\n',
      );
      const [here, there] = await planOnBoth(
        ['-r', requirements, '--index-url', indexUrl, '--exclude-newer', '2026-06-01T00:00:00Z', ...target],
        {},
      );
      expect(here.stderr).toBe(there.stderr);
      expect(there.stdout).toBe(here.stdout);
      expect(here.code).toBe(0);
      const plan = JSON.parse(here.stdout) as Plan;
      expect(plan.nodes.map(({ name, verdict }) => `${name} ${verdict}`).sort()).toEqual([
        'app reuse',
        'big-endian-only build',
        'for-s390x reuse',
        'hatchling reuse',
      ]);
    });

    const hasIndex = hasDefaultIndex();
    it.skipIf(!hasIndex)(
      `is the same for a real project on the default index${hasIndex ? '' : ' (left out: none answers)'}`,
      async () => {
        const [here, there] = await planOnBoth(['black[jupyter,d]', ...target], indexEnvironment());
        expect(there.stdout).toBe(here.stdout);
        const plan = JSON.parse(here.stdout) as Plan;
        expect(plan.nodes.length).toBeGreaterThan(25);
        const names = plan.nodes.map(({ name }) => name);
        expect(names).not.toContain('appnope');
        // Only for Windows, and IPython asks for it there.
        expect(names).not.toContain('colorama');
      },
    );
  },
);
