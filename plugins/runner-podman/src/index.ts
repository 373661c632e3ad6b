import { pluginApiVersion, type PluginModule, type Runner } from '@ironwheel/plugin-kit';
import { runnerPodmanConfigSchema } from './config.ts';
import { PodmanRunner } from './podman-runner.ts';

export { containerPresets, runnerPodmanConfigSchema, type RunnerPodmanConfig } from './config.ts';

export const plugin: PluginModule<Runner, typeof runnerPodmanConfigSchema> = {
  manifest: {
    id: 'runner-podman',
    kind: 'runner',
    version: '0.1.0',
    api: { min: pluginApiVersion, max: pluginApiVersion },
    description:
      'Builds in podman containers: no network in builds, limits, nothing of the host but the work directory.',
    abilities: ['system-packages', 'tidy'],
  },
  configSchema: runnerPodmanConfigSchema,
  open: (context) => Promise.resolve(new PodmanRunner(context)),
};
