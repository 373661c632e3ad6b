import { verificationViewSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { exitCodes } from '../../cli-error.ts';
import type { CommandContext, GlobalOptions } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { serverPath } from './resolve-server.ts';

interface VerifyOptions extends GlobalOptions {
  readonly last?: boolean;
}

/** `servers verify NAME`: the four checks, each with what was measured and the mend. Exit code 1 when one fails. */
export function addVerifyServer(servers: Command, context: CommandContext): void {
  servers
    .command('verify')
    .description('check agent, process, heartbeat and claims of a server; claims nothing')
    .argument('<server>', 'name or id')
    .option('--last', 'only show the last verification')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<VerifyOptions>();
      const client = await context.connect(options);
      const path = serverPath(name, '/verify');
      const verification =
        options.last === true
          ? await client.get(path, verificationViewSchema)
          : await client.post(path, verificationViewSchema);
      context.exitCode = verification.ok ? exitCodes.done : exitCodes.failed;
      const { output } = context;
      if (options.json === true) {
        output.json(verification);
        return;
      }
      for (const { check, ok, measured, needed, mend } of verification.checks) {
        output.line(cleanLine(`${ok ? 'ok  ' : 'FAIL'}  ${check.padEnd(18)} ${measured}`));
        if (ok) continue;
        output.line(cleanLine(`      ${'needed'.padEnd(18)} ${needed}`));
        if (mend !== null) output.line(cleanLine(`      ${'mend'.padEnd(18)} ${mend}`));
      }
    });
}
