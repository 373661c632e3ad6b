import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { listPackages, type BenchTarget, type Measured } from './programs.ts';
import { type RequirementSet } from './sets.ts';

const lookEveryMs = 500;
const mostLooks = 20;
/** Longer than what a plan leaves behind waits to be written. */
const stillLooks = 3;

const token = 'benchmark-token-of-a-throwaway-controller';

/** Of a process and all that it started, its database too, as the kernel counts it; 0 where there is no /proc. */
const readCpuMs = (root: number): number => {
  const parents = new Map<number, number>();
  const ticks = new Map<number, number>();
  for (const name of existsSync('/proc') ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(name)) continue;
    let fields: string[];
    try {
      fields = readFileSync(join('/proc', name, 'stat'), 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
    } catch {
      // It ended meanwhile.
      continue;
    }
    parents.set(Number(name), Number(fields[1]));
    ticks.set(Number(name), Number(fields[11]) + Number(fields[12]));
  }
  const isOurs = (pid: number): boolean => {
    for (let one: number | undefined = pid; one !== undefined && one > 1; one = parents.get(one)) {
      if (one === root) return true;
    }
    return false;
  };
  const msPerTick = 10;
  return [...ticks].reduce((sum, [pid, count]) => sum + (isOurs(pid) ? count : 0), 0) * msPerTick;
};

export interface RunningController {
  plan(set: RequirementSet): Promise<Measured>;
  /** Waits until it does nothing any more: what a plan leaves behind is written to the disk after it. */
  rest(): Promise<void>;
  stop(): Promise<void>;
}

/** A controller with nothing in its caches that asks the given index. */
export const startController = async (
  script: string,
  dataDirectory: string,
  indexUrl: string,
  target: BenchTarget,
): Promise<RunningController> => {
  const args = [script, 'up', '--no-agent', '--json', '--port', '0', '--data-dir', dataDirectory];
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    CONTROL_PLANE_TOKEN: token,
    INDEX_URL: indexUrl,
    PYTHON_VERSION: target.pythonVersion,
    PLATFORM_TAG: target.platformTag,
    LOG_LEVEL: 'warn',
  };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as { event?: string; url?: string };
      if (event.event === 'ready' && event.url !== undefined) resolve(event.url);
    });
    child.once('close', () => reject(new Error('the controller ended before it was ready')));
  });
  return {
    async plan(set) {
      const cpuBefore = readCpuMs(child.pid ?? 0);
      const startedAt = performance.now();
      const response = await fetch(new URL(join('/api', 'plan', 'compute'), url), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ requirements: set.requirements }),
      });
      const text = await response.text();
      const ms = performance.now() - startedAt;
      const cpuMs = readCpuMs(child.pid ?? 0) - cpuBefore;
      if (!response.ok) throw new Error(`the controller answers ${response.status}: ${text.slice(0, 500)}`);
      const document = JSON.parse(text) as Parameters<typeof listPackages>[0];
      return { ms, cpuMs, packages: listPackages(document) };
    },
    async rest() {
      let before = -1;
      let still = 0;
      for (let look = 0; look < mostLooks; look += 1) {
        const now = readCpuMs(child.pid ?? 0);
        still = now === before ? still + 1 : 0;
        if (still === stillLooks) return;
        before = now;
        await setTimeout(lookEveryMs);
      }
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'close');
    },
  };
};
