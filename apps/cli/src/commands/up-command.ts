import { Option, type Command } from 'commander';
import { createServer } from 'node:net';
import { CliError, exitCodes } from '../cli-error.ts';
import { dataDirectory } from '../config/data-directory.ts';
import { readCliConfig } from '../config/find-connection.ts';
import type { CommandContext, GlobalOptions } from '../context.ts';
import { runnerWishes, type RunnerWish } from '../up/choose-runner.ts';
import { runUp } from '../up/run-up.ts';
import { JsonReport, TextReport } from '../up/up-report.ts';
import { integerOption } from './option-values.ts';

interface UpCommandOptions extends GlobalOptions {
  readonly port: number;
  readonly agent: boolean;
  readonly runner: RunnerWish;
}

export function addUpCommand(program: Command, context: CommandContext): void {
  program
    .command('up')
    .description('run a controller and one local worker on this machine, until Ctrl-C')
    .option('--port <port>', 'port on 127.0.0.1; 0 takes a free one', integerOption(0, 65_535), 8080)
    .addOption(
      new Option(
        '--runner <runner>',
        'how the worker builds: in podman, or as a process that nothing contains',
      )
        .choices(runnerWishes)
        .default('auto'),
    )
    .option('--no-agent', 'the controller alone')
    .addHelpText(
      'after',
      '\nThe package index, certificates and proxy are those of pip on this machine; INDEX_URL and the like win.' +
        '\nURL and token are noted in <data-dir>/cli.json, where the other commands find them.',
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<UpCommandOptions>();
      const config = readCliConfig(context.env);
      const stop = new AbortController();
      const hurry = new AbortController();
      const onSignal = (): void => (stop.signal.aborted ? hurry.abort() : stop.abort());
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
      await runUp({
        env: context.env,
        dataDirectory: dataDirectory(options.dataDir ?? config.IRONWHEEL_DATA_DIR),
        port: await findPort(options.port),
        withAgent: options.agent,
        runner: options.runner,
        report: options.json === true ? new JsonReport(context.output) : new TextReport(context.output),
        stop: stop.signal,
        hurry: hurry.signal,
      });
    });
}

/** The port itself when it is free, or any free one for 0. Throws `CliError` when something listens there. */
async function findPort(wanted: number): Promise<number> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', resolve);
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new CliError(`Port ${wanted} on 127.0.0.1 cannot be used (${code ?? 'unknown reason'}).`, {
      exitCode: exitCodes.usage,
      code: 'CLI_PORT_TAKEN',
      hint: 'Take another one: --port 8081, or --port 0 for any that is free.',
      cause: error,
    });
  }
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : wanted;
}
