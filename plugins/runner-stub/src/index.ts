import { pluginApiVersion, type PluginModule, type Runner } from '@ironwheel/plugin-kit';
import { StubRunner } from './stub-runner.ts';
import { runnerStubConfigSchema } from './stub-script.ts';

export {
  runnerStubConfigSchema,
  stubScriptKey,
  type RunnerStubConfig,
  type StubScriptInput,
} from './stub-script.ts';
export { makeStubWheel } from './stub-wheel.ts';

export const plugin: PluginModule<Runner, typeof runnerStubConfigSchema> = {
  manifest: {
    id: 'runner-stub',
    kind: 'runner',
    version: '0.1.0',
    api: { min: pluginApiVersion, max: pluginApiVersion },
    description: 'Builds nothing; succeeds, fails, hangs or vanishes as it is told. For tests.',
    abilities: [],
  },
  configSchema: runnerStubConfigSchema,
  open: (context) => Promise.resolve(new StubRunner(context)),
};
