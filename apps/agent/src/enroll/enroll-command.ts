import { hostname } from 'node:os';
import type { ConfigOf } from '@ironwheel/config';
import type { StructuredLogger } from '@ironwheel/logging';
import type { Command } from 'commander';
import type { agentSection } from '../config/agent-config.ts';
import { hostStateDirectories } from './host-state-directories.ts';

export interface EnrollFlags {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly name: string;
  readonly stateDir?: string;
  readonly caFile?: string;
  readonly force: boolean;
  readonly json?: boolean;
  readonly agentStateDir: string;
  readonly workerStateDir: string;
  readonly agentUser?: string;
  readonly workerUser?: string;
  readonly serverId?: string;
  readonly keepValid: boolean;
}

export interface EnrollCommandParts {
  readonly run: (action: () => Promise<void>) => Promise<void>;
  readonly readConfig: () => Promise<ConfigOf<typeof agentSection>>;
  readonly createLogger: (
    level: 'debug' | 'info' | 'warn' | 'error',
    json: boolean | undefined,
  ) => StructuredLogger;
}

export function addEnrollCommand(program: Command, parts: EnrollCommandParts): void {
  program
    .command('enroll')
    .description('Make keys on this host and exchange an enrolment token, or a bundle’s, for their records.')
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
    .optionsGroup('With the token of a provisioning bundle:')
    .option('--agent-state-dir <directory>', 'directory of the supervisor’s key', hostStateDirectories.agent)
    .option('--worker-state-dir <directory>', 'directory of the worker’s key', hostStateDirectories.worker)
    .option('--agent-user <user>', 'user that the supervisor runs as; the key is given to it')
    .option('--worker-user <user>', 'user that the worker runs as; the key is given to it')
    .option('--server-id <id>', 'server that the bundle was made for')
    .option('--keep-valid', 'keep keys of this server that the controller still takes', false)
    .action((flags: EnrollFlags) =>
      parts.run(async () => {
        const { runEnroll } = await import('./run-enroll.ts');
        await runEnroll(flags, parts);
      }),
    );
}
