import type { ConfigOf } from '@ironwheel/config';
import type { Command } from 'commander';
import { exitCodes } from '../agent-error.ts';
import type { workerSection } from '../config/worker-config.ts';
import { hostStateDirectories } from '../enroll/host-state-directories.ts';

interface DoctorFlags {
  readonly agentStateDir: string;
  readonly workerStateDir: string;
  readonly json?: boolean;
}

export interface DoctorCommandParts {
  readonly run: (action: () => Promise<void>) => Promise<void>;
  readonly readConfig: () => Promise<ConfigOf<typeof workerSection>>;
}

export function addDoctorCommand(program: Command, parts: DoctorCommandParts): void {
  program
    .command('doctor')
    .description(
      'Check this host: what was measured, what is needed, what mends it. Ends with 1 when something fails.',
    )
    .option('--agent-state-dir <directory>', 'directory of the supervisor’s key', hostStateDirectories.agent)
    .option('--worker-state-dir <directory>', 'directory of the worker’s key', hostStateDirectories.worker)
    .option('--json', 'answer as JSON')
    .action((flags: DoctorFlags) =>
      parts.run(async () => {
        const { readUnitToken, runDoctor, runProgram, toText } = await import('./run-doctor.ts');
        const worker = await parts.readConfig();
        const results = await runDoctor({
          agentDirectory: flags.agentStateDir,
          workerDirectory: flags.workerStateDir,
          minFreeDiskBytes: worker.WORKER_MIN_FREE_DISK_BYTES,
          token: worker.CONTROL_PLANE_TOKEN ?? (await readUnitToken()),
          podman: worker.PODMAN_BIN,
          run: runProgram,
        });
        const ok = results.every((result) => result.ok);
        process.stdout.write(
          flags.json === true ? `${JSON.stringify({ ok, checks: results })}\n` : `${toText(results)}\n`,
        );
        if (!ok) process.exitCode = exitCodes.failed;
      }),
    );
}
