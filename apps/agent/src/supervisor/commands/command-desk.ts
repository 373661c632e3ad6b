import type { AgentMessage, CommandEnvelope } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import type { UnitsState } from '../units/worker-unit.ts';
import type { CommandRecord, CommandReport, TakenCommand } from './command-record.ts';
import { judgeCommand } from './judge-command.ts';
import { runChecks, type CheckHost } from './run-checks.ts';

export interface CommandDeskOptions {
  readonly record: CommandRecord;
  readonly host: CheckHost;
  /** Milliseconds by the controller's clock. */
  readonly now: () => number;
  /** False when there is no link: what was said is said again with the next one. */
  readonly send: (message: AgentMessage) => boolean;
  /** Looks at the units and tells everyone. */
  readonly lookAtUnits: () => Promise<UnitsState>;
  readonly signal: AbortSignal;
  readonly logger: StructuredLogger;
}

/** Takes commands, carries them out one at a time, and says how they ended. */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  readonly #running = new Map<string, Promise<void>>();
  #lifecycleRuns = 0;

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  async take(command: CommandEnvelope): Promise<void> {
    const { record, logger } = this.#options;
    const { command_id, generation, verb } = command;
    const refusal = judgeCommand(
      command,
      { lastGeneration: record.lastGeneration, seen: record.seen, isBusy: this.#lifecycleRuns > 0 },
      this.#options.now(),
    );
    const fields = { command_id, generation, verb, actor: command.actor };
    if (refusal !== null) {
      logger.warn('A command was refused.', { ...fields, refusal });
      this.#options.send({ type: 'agent:accept-command', command_id, generation, accepted: false, refusal });
      return;
    }
    logger.info('A command is carried out.', fields);
    if (verb !== 'status') this.#lifecycleRuns += 1;
    const run = this.#carryOut(command).finally(() => {
      if (verb !== 'status') this.#lifecycleRuns -= 1;
      this.#running.delete(command_id);
    });
    this.#running.set(command_id, run);
    await run;
  }

  /** After each welcome: what a controller may not have heard. It takes the same thing twice. */
  async repeat(): Promise<void> {
    for (const taken of this.#options.record.taken) {
      if (taken.report === null && this.#running.has(taken.command_id)) this.#accept(taken);
      else this.#report(taken, await this.#reportOf(taken), null);
    }
  }

  /** Waits for what runs. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  async #carryOut(command: CommandEnvelope): Promise<void> {
    const { record, logger } = this.#options;
    try {
      await record.take(command);
      this.#accept(command);
      const report = await this.#perform(command);
      await record.finish(command.command_id, report);
      this.#report(command, report, await this.#options.lookAtUnits());
      logger.info('A command has ended.', {
        command_id: command.command_id,
        verb: command.verb,
        ok: report.ok,
        detail: report.detail,
      });
    } catch (error) {
      // A stop of the supervisor, or a disk that takes nothing: the next start says what can be said.
      logger.error('A command could not be carried out.', { command_id: command.command_id, error });
    }
  }

  async #perform(command: CommandEnvelope): Promise<CommandReport> {
    const { host, signal } = this.#options;
    try {
      switch (command.verb) {
        case 'start':
        case 'stop':
        case 'restart':
          return { ...(await host.unit.run(command.verb, signal)), checks: null };
        case 'status': {
          const { process_state: state } = await this.#options.lookAtUnits();
          return { ok: state !== 'unknown', detail: `The worker is ${state}.`, checks: null };
        }
        case 'run-checks': {
          const checks = await runChecks(command.checks ?? [], host);
          return {
            ok: true,
            detail: `${checks.filter(({ ok }) => ok).length} of ${checks.length} checks passed.`,
            checks,
          };
        }
      }
    } catch (error) {
      if (signal.aborted) throw error;
      return {
        ok: false,
        detail: error instanceof Error ? error.message.slice(0, 1000) : 'It failed.',
        checks: null,
      };
    }
  }

  /** Of a command that was under way when the supervisor ended, only the unit can tell. */
  async #reportOf(taken: TakenCommand): Promise<CommandReport> {
    if (taken.report !== null) return taken.report;
    const { process_state: state } = await this.#options.lookAtUnits();
    const wanted = taken.verb === 'start' ? 'running' : taken.verb === 'stop' ? 'stopped' : null;
    const report = {
      ok: state === wanted,
      detail: `The supervisor was started anew before it saw how this ended; the worker is ${state}.`,
      checks: null,
    };
    await this.#options.record.finish(taken.command_id, report);
    return report;
  }

  #accept({ command_id, generation }: Pick<TakenCommand, 'command_id' | 'generation'>): void {
    this.#options.send({
      type: 'agent:accept-command',
      command_id,
      generation,
      accepted: true,
      refusal: null,
    });
  }

  #report(
    { command_id, generation }: Pick<TakenCommand, 'command_id' | 'generation'>,
    { ok, detail, checks }: CommandReport,
    state: UnitsState | null,
  ): void {
    this.#options.send({ type: 'agent:report-command', command_id, generation, ok, detail, state, checks });
  }
}
