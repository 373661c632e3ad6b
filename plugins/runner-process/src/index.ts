import { pluginApiVersion, type PluginModule, type Runner } from '@ironwheel/plugin-kit';
import { runnerProcessConfigSchema } from './config.ts';
import { ProcessRunner } from './process-runner.ts';

export { runnerProcessConfigSchema, type RunnerProcessConfig } from './config.ts';

export const plugin: PluginModule<Runner, typeof runnerProcessConfigSchema> = {
  manifest: {
    id: 'runner-process',
    kind: 'runner',
    version: '0.1.0',
    api: { min: pluginApiVersion, max: pluginApiVersion },
    description:
      'Builds as a process of this host, in a private virtual environment. For development; contains little.',
    abilities: [],
  },
  configSchema: runnerProcessConfigSchema,
  open: (context) => Promise.resolve(new ProcessRunner(context)),
};
