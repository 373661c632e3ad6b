import { doctorViewSchema } from '@ironwheel/contracts';
import type { Command } from 'commander';
import { exitCodes } from '../cli-error.ts';
import type { CommandContext, GlobalOptions } from '../context.ts';
import { cleanLine } from '../output/clean-text.ts';

interface DoctorOptions extends GlobalOptions {
  readonly deep?: boolean;
}

/** `ironwheel doctor`: the checks of the controller. Those of a host are `ironwheel agent doctor`. */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description(
      'check what the controller keeps: what was measured, what is needed, what mends it; ends with 1 when something is wrong',
    )
    .option('--deep', 'read every byte: hashes of files, blocks of logs')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<DoctorOptions>();
      const client = await context.connect(options);
      const view = await client.get('/api/doctor', doctorViewSchema, {
        query: { deep: options.deep === true },
      });
      if (options.json === true) context.output.json(view);
      else {
        for (const { check, ok, measured, needed, mend, found } of view.checks) {
          context.output.line(cleanLine(`${ok ? '  ok    ' : '  FAIL  '}${check}: ${measured}`));
          for (const name of found) context.output.line(cleanLine(`        ${name}`));
          if (ok) continue;
          context.output.line(cleanLine(`        needed: ${needed}`));
          context.output.line(cleanLine(`        mend: ${mend ?? ''}`));
        }
      }
      if (!view.ok) context.exitCode = exitCodes.failed;
    });
}
