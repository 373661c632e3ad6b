import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SimulatedAgent, SimulationFacts, SimulationOrder } from './fleet-messages.ts';

const none: SimulationFacts = { linked: 0, beats: 0, commands: 0, refused: 0, lost: 0 };

/** A shell that raises the number of open files as far as this machine allows, and becomes the program. */
export const withFiles = (args: readonly string[]): [string, string[]] => [
  '/bin/sh',
  ['-c', 'ulimit -n "$(ulimit -Hn)" 2>/dev/null; exec "$0" "$@"', process.execPath, ...args],
];

/** Processes of simulated agents. */
export class Simulation {
  readonly #children: ChildProcess[] = [];
  readonly #facts: SimulationFacts[] = [];

  static async start(processes: number): Promise<Simulation> {
    const simulation = new Simulation();
    for (let index = 0; index < processes; index += 1) {
      const [file, args] = withFiles([
        join('test', 'benchmarks', 'run.mjs'),
        join('test', 'benchmarks', 'fleet', 'simulate-agents.ts'),
      ]);
      const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      simulation.#children.push(child);
      simulation.#facts.push(none);
      child.on('message', (facts: SimulationFacts) => (simulation.#facts[index] = facts));
      await once(child, 'message');
    }
    return simulation;
  }

  begin(agents: readonly SimulatedAgent[], order: Omit<SimulationOrder, 'agents' | 'localAddress'>): void {
    const share = Math.ceil(agents.length / this.#children.length);
    for (const [index, child] of this.#children.entries()) {
      child.send({
        ...order,
        agents: agents.slice(index * share, (index + 1) * share),
        localAddress: `127.0.1.${index + 1}`,
      } satisfies SimulationOrder);
    }
  }

  get facts(): SimulationFacts {
    return this.#facts.reduce((sum, one) => ({
      linked: sum.linked + one.linked,
      beats: sum.beats + one.beats,
      commands: sum.commands + one.commands,
      refused: sum.refused + one.refused,
      lost: sum.lost + one.lost,
    }));
  }

  get pids(): number[] {
    return this.#children.map(({ pid }) => pid ?? 0);
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        const closed = once(child, 'close');
        child.kill('SIGKILL');
        await closed;
      }),
    );
  }
}
