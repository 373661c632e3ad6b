import { Command, type OutputConfiguration } from 'commander';
import { addAgentCommand } from './commands/agent-command.ts';
import { addBuildCommand } from './commands/build-command.ts';
import { addClaimsCommand } from './commands/claims-command.ts';
import { addControllerCommand } from './commands/controller-command.ts';
import { addHintsCommand } from './commands/hints-command.ts';
import { addJobsCommand } from './commands/jobs-command.ts';
import { addLogsCommand } from './commands/logs-command.ts';
import { addDoctorCommand } from './commands/doctor-command.ts';
import { urlOption } from './commands/option-values.ts';
import { addPlanCommand } from './commands/plan-command.ts';
import { addPoolsCommand } from './commands/pools-command.ts';
import { addQueueCommand } from './commands/queue-command.ts';
import { addRetentionCommand } from './commands/retention-command.ts';
import { addRuntimeCommand } from './commands/runtime-command.ts';
import { addServersCommand } from './commands/servers-command.ts';
import { addTokenCommand } from './commands/token-command.ts';
import { addUpCommand } from './commands/up-command.ts';
import { addVersionCommand } from './commands/version-command.ts';
import { addWorkersCommand } from './commands/workers-command.ts';
import { cliVersion } from './cli-version.ts';
import type { CommandContext } from './context.ts';

/** The whole command line. Commander's own ends (help, usage errors) are thrown as `CommanderError`. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('ironwheel')
    .description('Builds the Python wheels that a platform lacks, and serves them as a package index.')
    .version(cliVersion, '-V, --version', 'print the version')
    .option('--json', 'answers and errors as JSON')
    .option('--url <url>', 'URL of the controller (default: IRONWHEEL_URL, else what `up` noted)', urlOption)
    .option('--data-dir <dir>', 'data directory of `up` (default: IRONWHEEL_DATA_DIR)')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .showHelpAfterError('(--help says more)')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 some builds failed, 2 usage, 3 refused by the controller, 4 controller unreachable.',
    );
  for (const add of [
    addUpCommand,
    addBuildCommand,
    addPlanCommand,
    addJobsCommand,
    addLogsCommand,
    addQueueCommand,
    addWorkersCommand,
    addServersCommand,
    addPoolsCommand,
    addHintsCommand,
    addClaimsCommand,
    addRuntimeCommand,
    addTokenCommand,
    addRetentionCommand,
    addDoctorCommand,
    addControllerCommand,
    addAgentCommand,
    addVersionCommand,
  ]) {
    add(program, context);
  }
  const toOutput: OutputConfiguration = {
    writeOut: (text) => context.output.write(text),
    writeErr: (text) => context.output.writeNote(text),
  };
  applyToAll(program, (command) => void command.exitOverride().configureOutput(toOutput));
  return program;
}

/** Commander hands settings down only to commands that are added after them; these are for all. */
function applyToAll(command: Command, apply: (command: Command) => void): void {
  apply(command);
  for (const sub of command.commands) applyToAll(sub, apply);
}
