import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ConfigError, loadConfig, processEnvironment } from '@ironwheel/config';
import { createLogger, type StructuredLogger } from '@ironwheel/logging';
import { Command } from 'commander';
import { AgentError, exitCodes, type ExitCode } from './agent-error.ts';
import { agentVersion } from './agent-version.ts';
import { agentSection, defaultStateDirectory, foreignKeys } from './config/agent-config.ts';
import { workerSection } from './config/worker-config.ts';
import { ControllerError } from './controller-link/controller-error.ts';
import { enroll } from './enroll/enroll-worker.ts';
import { readEnrollmentToken } from './enroll/read-token.ts';
import { handleSignals } from './handle-signals.ts';
import { renewCommandName } from './worker/renewals/renewer.ts';
import { runRenewProcess } from './worker/renewals/renew-process.ts';
import { runWorker } from './worker/run-worker.ts';

interface CommonFlags {
  readonly stateDir?: string;
  readonly json?: boolean;
}

const readConfig = () => {
  const loaded = loadConfig([agentSection, workerSection], processEnvironment(), {
    foreignKeys: [...foreignKeys],
  });
  return { agent: loaded.get(agentSection), worker: loaded.get(workerSection) };
};

const createAgentLogger = (
  level: 'debug' | 'info' | 'warn' | 'error',
  json: boolean | undefined,
): StructuredLogger =>
  createLogger({ service: 'worker', level, ...(json === true ? { pretty: false } : {}) });

/** The exit code of an error, and what is told of it on standard error. */
const toExit = (error: unknown): { readonly code: ExitCode; readonly text: string } => {
  if (error instanceof AgentError) return { code: error.exitCode, text: `${error.code}: ${error.message}` };
  if (error instanceof ConfigError)
    return { code: exitCodes.usage, text: `AGENT_CONFIG_INVALID: ${error.message}` };
  if (error instanceof ControllerError) {
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

program
  .command('enroll')
  .description('Make a key on this host and exchange an enrolment token for a worker record.')
  .option('--url <url>', 'URL of the controller (or CONTROL_PLANE_URL)')
  .option(
    '--token-file <file>',
    'file with the enrolment token; else IRONWHEEL_ENROLLMENT_TOKEN, else standard input',
  )
  .option('--name <name>', 'name of this worker', hostname().split('.')[0])
  .option(
    '--state-dir <directory>',
    'directory of the key and of what outlives a restart (or IRONWHEEL_STATE_DIR)',
  )
  .option('--ca-file <file>', 'PEM file of a certificate authority to trust (or CONTROL_PLANE_CA_FILE)')
  .option('--force', 'replace the key of an earlier enrolment', false)
  .option('--json', 'answer and log as JSON lines')
  .action(
    (
      flags: CommonFlags & {
        url?: string;
        tokenFile?: string;
        name: string;
        caFile?: string;
        force: boolean;
      },
    ) =>
      runCommand(async () => {
        const { agent } = readConfig();
        const url = flags.url ?? agent.CONTROL_PLANE_URL;
        if (url === undefined || !/^https?:\/\//.test(url)) {
          throw new AgentError(
            'AGENT_USAGE',
            'give the URL of the controller: --url http(s)://…, or CONTROL_PLANE_URL',
          );
        }
        const identity = await enroll({
          url: url.replace(/\/+$/, ''),
          token: await readEnrollmentToken({
            tokenFile: flags.tokenFile,
            environment: agent.IRONWHEEL_ENROLLMENT_TOKEN,
            stdin: process.stdin,
          }),
          name: flags.name,
          stateDirectory: flags.stateDir ?? agent.IRONWHEEL_STATE_DIR ?? defaultStateDirectory(),
          caFile: flags.caFile ?? agent.CONTROL_PLANE_CA_FILE ?? null,
          force: flags.force,
          logger: createAgentLogger(agent.LOG_LEVEL, flags.json),
        });
        process.stdout.write(
          flags.json === true
            ? `${JSON.stringify(identity)}\n`
            : `Enrolled as ${identity.name} (${identity.worker_id}) at ${identity.url}.\n`,
        );
      }),
  );

program
  .command('worker')
  .description('Claim jobs and build them. SIGTERM drains, a second one stops the builds.')
  .option('--state-dir <directory>', 'directory of the enrolment (or IRONWHEEL_STATE_DIR)')
  .option('--json', 'log as JSON lines even on a terminal')
  .action((flags: CommonFlags) =>
    runCommand(async () => {
      const config = readConfig();
      const logger = createAgentLogger(config.agent.LOG_LEVEL, flags.json);
      const signals = handleSignals(logger);
      try {
        await runWorker({
          stateDirectory: flags.stateDir ?? config.agent.IRONWHEEL_STATE_DIR ?? defaultStateDirectory(),
          ...config,
          entry: fileURLToPath(import.meta.url),
          logger,
          drainSignal: signals.drain,
          hurrySignal: signals.hurry,
        });
      } finally {
        signals.close();
      }
    }),
  );

program
  .command(renewCommandName, { hidden: true })
  .description('The process that renews leases; started by the worker.')
  .action(() => runRenewProcess());

await program.parseAsync();
