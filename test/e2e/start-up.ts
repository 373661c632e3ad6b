import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { cliScript, machineEnvironment, repository, runProgram, type Ended } from './run-program.ts';

const readySchema = z.object({
  event: z.literal('ready'),
  url: z.url(),
  runner: z.string(),
  python_tags: z.array(z.string()),
  platform_tags: z.array(z.string()),
  problems: z.array(z.object({ text: z.string() })),
});

export interface Installation {
  readonly url: string;
  readonly pythonTags: readonly string[];
  readonly runner: string;
  /** The command line against this controller. */
  ironwheel(...args: string[]): Promise<Ended>;
  stop(): Promise<void>;
}

/** `ironwheel up` as its users start it: a controller, and a worker that builds as a process. */
export async function startUp(
  dataDirectory: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  const env = { ...machineEnvironment(), ...settings };
  const args = [cliScript, 'up', '--json', '--port', '0', '--runner', 'process', '--data-dir', dataDirectory];
  const child = spawn(process.execPath, args, { cwd: repository, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const stop = (): Promise<void> => stopChild(child);
  const ready = new Promise<z.output<typeof readySchema>>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const event = readySchema.safeParse(JSON.parse(line));
      if (event.success) resolve(event.data);
    });
    child.once('close', () => reject(new Error(`up ended:\n${lines.slice(-30).join('\n')}`)));
  });
  const facts = await ready;
  if (facts.problems.length > 0) {
    await stop();
    throw new Error(`the worker claims nothing: ${facts.problems.map((problem) => problem.text).join('; ')}`);
  }
  return {
    url: facts.url,
    pythonTags: facts.python_tags,
    runner: facts.runner,
    ironwheel: (...words) =>
      runProgram(process.execPath, [cliScript, '--data-dir', dataDirectory, ...words], env),
    stop,
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'close');
}
