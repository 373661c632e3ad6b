import type { Command } from 'commander';
import { toNodeArguments } from '../bundle-paths.ts';
import type { CommandContext } from '../context.ts';
import { runProgram } from './run-program.ts';

const verbs = {
  enroll: 'exchange an enrolment token for a worker key of this host',
  run: 'supervise the worker of this host: the link to the controller, start and stop of the unit',
  worker: 'claim work and build, until SIGTERM drains it',
  doctor: 'check this host: units, keys, clock, disk, podman, limits, and what mends each',
} as const;

/** Everything behind the verb goes to the agent as it was typed; its own `--help` says what it takes. */
export function addAgentCommand(program: Command, context: CommandContext): void {
  const agent = program.command('agent').description('run the parts of the host agent');
  for (const [verb, description] of Object.entries(verbs)) {
    agent
      .command(verb)
      .description(description)
      .argument('[args...]', `see: ironwheel agent ${verb} --help`)
      .helpOption(false)
      .allowUnknownOption()
      .action(async () => {
        const typed = context.argv.slice(context.argv.indexOf(verb, context.argv.indexOf('agent')));
        context.exitCode = await runProgram(toNodeArguments('agent', typed), context.env);
      });
  }
}
