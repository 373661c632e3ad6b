import { claimsSwitchSchema, queueStatsSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../context.ts';

interface PauseOptions extends GlobalOptions {
  readonly reason?: string;
}

/** The one switch for all claims: running builds go on, no new one begins while it is off. */
export function addClaimsCommand(program: Command, context: CommandContext): void {
  const claims = program.command('claims').description('the one switch for all claims');
  const tell = (paused: boolean, options: GlobalOptions, answer: unknown): void => {
    if (options.json === true) context.output.json(answer);
    else context.output.line(paused ? 'Claims are paused: no new build begins.' : 'Claims are on.');
  };

  claims
    .command('pause')
    .description('let no worker claim; running builds go on')
    .option('--reason <text>', 'why, for the others')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PauseOptions>();
      const client = await context.connect(options);
      const body = options.reason === undefined ? {} : { reason: options.reason };
      const answer = await client.post('/api/claims/pause', claimsSwitchSchema, { body });
      tell(answer.paused, options, answer);
    });

  claims
    .command('resume')
    .description('let workers claim again')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      const answer = await client.post('/api/claims/resume', claimsSwitchSchema, { body: {} });
      tell(answer.paused, options, answer);
    });

  claims
    .command('show', { isDefault: true })
    .description('say whether claims are paused')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      const { claims_paused: paused } = await client.get('/api/queue/stats', queueStatsSchema);
      tell(paused, options, { paused });
    });
}
