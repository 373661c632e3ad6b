import { fileURLToPath } from 'node:url';
import type { ControllerError } from './controller-link/controller-error.ts';
import { ConfigError, loadConfig, processEnvironment } from '@ironwheel/config';
import { createLogger, type StructuredLogger } from '@ironwheel/logging';
import { Command } from 'commander';
import { AgentError, exitCodes, type ExitCode } from './agent-error.ts';
import { agentVersion } from './agent-version.ts';
import { agentSection, defaultStateDirectory, foreignKeys } from './config/agent-config.ts';
import { addDoctorCommand } from './doctor/doctor-command.ts';
import { addEnrollCommand } from './enroll/enroll-command.ts';
import { handleSignals } from './handle-signals.ts';
import { renewCommandName } from './worker/renewals/renew-command-name.ts';

interface CommonFlags {
  readonly stateDir?: string;
  readonly json?: boolean;
}

/*
 * What a subcommand runs is loaded when it runs: three of these processes are idle on every host, and each would hold all of
 * the others' code.
 */
const readConfig = async () => {
  const { workerSection } = await import('./config/worker-config.ts');
  const loaded = loadConfig([agentSection, workerSection], processEnvironment(), {
    foreignKeys: [...foreignKeys],
  });
  return { agent: loaded.get(agentSection), worker: loaded.get(workerSection) };
};

const createAgentLogger = (
  level: 'debug' | 'info' | 'warn' | 'error',
  json: boolean | undefined,
  service: 'worker' | 'supervisor' = 'worker',
): StructuredLogger => createLogger({ service, level, ...(json === true ? { pretty: false } : {}) });

const isControllerError = (error: unknown): error is ControllerError =>
  error instanceof Error && error.name === 'ControllerError';

/** The exit code of an error, and what is told of it on standard error. */
const toExit = (error: unknown): { readonly code: ExitCode; readonly text: string } => {
  if (error instanceof AgentError) return { code: error.exitCode, text: `${error.code}: ${error.message}` };
  if (error instanceof ConfigError)
    return { code: exitCodes.usage, text: `AGENT_CONFIG_INVALID: ${error.message}` };
  if (isControllerError(error)) {
    const code = error.kind === 'refused' ? exitCodes.refused : exitCodes.unreachable;
    return { code, text: `${error.code}: ${error.message}` };
  }
  return {
    code: exitCodes.failed,
    text: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
};

const runCommand = async (action: () => Promise<void>): Promise<void> => {
  try {
    await action();
  } catch (error) {
    const { code, text } = toExit(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = code;
  }
};

const program = new Command('ironwheel-agent')
  .description('Ironwheel on a build host.')
  .version(agentVersion)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage));

addEnrollCommand(program, {
  run: runCommand,
  readConfig: async () => (await readConfig()).agent,
  createLogger: createAgentLogger,
});

addDoctorCommand(program, { run: runCommand, readConfig: async () => (await readConfig()).worker });

program
  .command('worker')
  .description('Claim jobs and build them. SIGTERM drains, a second one stops the builds.')
  .option('--state-dir <directory>', 'directory of the enrolment (or IRONWHEEL_STATE_DIR)')
  .option('--json', 'log as JSON lines even on a terminal')
  .action((flags: CommonFlags) =>
    runCommand(async () => {
      const config = await readConfig();
      const { QUEUE_BACKEND: queue = 'postgres' } = config.worker;
      const [{ createNotifier }, run] = await Promise.all([
        import('./sd-notify/notifier.ts'),
        queue === 'postgres'
          ? import('./worker/run-worker.ts').then(({ runWorker }) => runWorker)
          : import('./worker/direct/run-direct-worker.ts').then(({ runDirectWorker }) => runDirectWorker),
      ]);
      const logger = createAgentLogger(config.agent.LOG_LEVEL, flags.json);
      const signals = handleSignals(logger);
      const notifier = createNotifier(config.agent, logger);
      try {
        await run({
          stateDirectory: flags.stateDir ?? config.agent.IRONWHEEL_STATE_DIR ?? defaultStateDirectory(),
          ...config,
          entry: fileURLToPath(import.meta.url),
          logger,
          notifier,
          drainSignal: signals.drain,
          hurrySignal: signals.hurry,
        });
      } finally {
        notifier.close();
        signals.close();
      }
    }),
  );

program
  .command('enqueue [requirements...]')
  .description('Put wheels, as name==version, into the queue that a worker drains without a controller.')
  .option('--plan <file>', 'the wheels to build of a plan.json')
  .option('--state-dir <directory>', 'directory of the worker (or IRONWHEEL_STATE_DIR)')
  .action((requirements: string[], flags: CommonFlags & { readonly plan?: string }) =>
    runCommand(async () => {
      const { agent, worker } = await readConfig();
      const { enqueueItems } = await import('./worker/direct/enqueue-items.ts');
      const count = await enqueueItems({
        stateDirectory: flags.stateDir ?? agent.IRONWHEEL_STATE_DIR ?? defaultStateDirectory(),
        worker,
        requirements,
        planFile: flags.plan ?? null,
        logger: createAgentLogger(agent.LOG_LEVEL, flags.json),
      });
      process.stdout.write(`${count} ${count === 1 ? 'wheel is' : 'wheels are'} in the queue.\n`);
    }),
  );

program
  .command('run')
  .description('Supervise the worker: keep the link to the controller, start and stop the unit when told.')
  .option('--state-dir <directory>', 'directory of the enrolment (or IRONWHEEL_STATE_DIR)')
  .option('--json', 'log as JSON lines even on a terminal')
  .action((flags: CommonFlags) =>
    runCommand(async () => {
      // The keys of the worker may stand in the same environment, so that they are known, and checked, here as well.
      const { agent } = await readConfig();
      const [{ createNotifier }, { runSupervisor }] = await Promise.all([
        import('./sd-notify/notifier.ts'),
        import('./supervisor/run-supervisor.ts'),
      ]);
      const logger = createAgentLogger(agent.LOG_LEVEL, flags.json, 'supervisor');
      const stop = new AbortController();
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
      const notifier = createNotifier(agent, logger);
      try {
        await runSupervisor({
          stateDirectory: flags.stateDir ?? agent.IRONWHEEL_STATE_DIR ?? defaultStateDirectory(),
          agent,
          notifier,
          logger,
          stopSignal: stop.signal,
        });
      } finally {
        notifier.close();
      }
    }),
  );

program
  .command(renewCommandName, { hidden: true })
  .description('The process that renews leases; started by the worker.')
  .action(async () => {
    const { runRenewProcess } = await import('./worker/renewals/renew-process.ts');
    runRenewProcess();
  });

await program.parseAsync();
