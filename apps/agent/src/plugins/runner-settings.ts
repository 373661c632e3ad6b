import { processEnvironment, type ConfigOf } from '@ironwheel/config';
import { AgentError } from '../agent-error.ts';
import type { workerSection } from '../config/worker-config.ts';
import type { AgentPluginId } from './catalogue.ts';

type WorkerConfig = ConfigOf<typeof workerSection>;

const definedOnly = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** The worker's environment for runners, which do not read it themselves; without any secret of ours. */
const hostEnvironment = (): Record<string, string> => {
  const passed: Record<string, string> = {};
  for (const [key, value] of Object.entries(processEnvironment())) {
    if (value === undefined || /^(?:CONTROL_PLANE_|WORKER_|IRONWHEEL_|DATABASE_|OBJECT_STORE_)/.test(key))
      continue;
    // What systemd tells this unit is for the worker alone: podman would answer in its name.
    if (/^(?:NOTIFY_SOCKET|WATCHDOG_|LISTEN_|INVOCATION_ID|JOURNAL_STREAM)/.test(key)) continue;
    if (/TOKEN|SECRET|PASSWORD|CREDENTIAL|PRIVATE_KEY/i.test(key)) continue;
    passed[key] = value;
  }
  return passed;
};

/** Which plugin `RUNNER` means, and its configuration. `cgroupParent`: where containers go, if the worker has a place. */
export const toRunnerPlugin = (
  config: WorkerConfig,
  cgroupParent: string | null = null,
): { readonly id: AgentPluginId; readonly config: unknown } => {
  switch (config.RUNNER) {
    case 'process':
      if (!config.IRONWHEEL_ALLOW_PROCESS_RUNNER) {
        throw new AgentError(
          'AGENT_RUNNER_NOT_ALLOWED',
          'RUNNER=process builds foreign code as a plain process of this host, which contains nothing; use RUNNER=podman, or set IRONWHEEL_ALLOW_PROCESS_RUNNER=true knowingly',
        );
      }
      return {
        id: 'runner-process',
        config: definedOnly({
          allow: true,
          interpreters: config.WORKER_PYTHONS,
          driverDirectory: config.IRONWHEEL_DRIVER_DIR,
          hostEnvironment: hostEnvironment(),
        }),
      };
    case 'stub':
      return { id: 'runner-stub', config: {} };
    case 'podman':
      return {
        id: 'runner-podman',
        config: definedOnly({
          podman: config.PODMAN_BIN,
          image: config.CONTAINER_IMAGE,
          preset: config.CONTAINER_PRESET,
          runCommand: config.WORKER_RUN_CMD,
          cgroupParent,
          driverDirectory: config.IRONWHEEL_DRIVER_DIR,
          hostEnvironment: hostEnvironment(),
        }),
      };
  }
};
