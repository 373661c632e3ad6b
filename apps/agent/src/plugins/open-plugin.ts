import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StructuredLogger } from '@ironwheel/logging';
import {
  loadPlugin,
  PluginRefusedError,
  type LoadedPlugin,
  type PluginInstance,
  type PluginRefusal,
} from '@ironwheel/plugin-kit';
import { AgentError } from '../agent-error.ts';
import { agentCatalogue, type AgentPluginId } from './catalogue.ts';

/** What the operator can do about each refusal. */
const advice: Readonly<Record<PluginRefusal, string>> = {
  PLUGIN_MODULE_FAILED: 'the installation is damaged; install the agent again',
  PLUGIN_EXPORT_MISSING: 'it is no plugin of Ironwheel; remove it from the configuration',
  PLUGIN_MANIFEST_INVALID: 'ask its author for a corrected version',
  PLUGIN_KIND_MISMATCH: 'it is configured in the place of another kind',
  PLUGIN_API_UNSUPPORTED: 'install a version that fits this agent',
  PLUGIN_CONFIG_INVALID: 'correct the keys that the message names',
  PLUGIN_OPEN_FAILED: 'see the reason; the host may lack what the plugin needs',
};

export interface OpenPluginOptions {
  readonly id: AgentPluginId;
  readonly config: unknown;
  /** Plugins keep what is theirs in a directory of their own below this one. */
  readonly pluginsDirectory: string;
  readonly logger: StructuredLogger;
  readonly signal: AbortSignal;
}

/** Loads a plugin of the catalogue by its manifest. Throws `AgentError` that names the refusal and what to do. */
export async function openPlugin<Instance extends PluginInstance>(
  options: OpenPluginOptions,
): Promise<LoadedPlugin<Instance>> {
  const entry = agentCatalogue.find((candidate) => candidate.id === options.id);
  if (entry === undefined) throw new AgentError('AGENT_PLUGIN_REFUSED', `there is no plugin ${options.id}`);
  const workDirectory = join(options.pluginsDirectory, entry.id);
  await mkdir(workDirectory, { recursive: true, mode: 0o711 });
  try {
    return await loadPlugin<Instance>({
      id: entry.id,
      kind: entry.kind,
      load: entry.load,
      config: options.config,
      context: {
        logger: options.logger.child({ plugin: entry.id }),
        clock: { now: () => Date.now(), monotonic: () => performance.now() },
        workDirectory,
        signal: options.signal,
      },
    });
  } catch (error) {
    if (!(error instanceof PluginRefusedError)) throw error;
    throw new AgentError('AGENT_PLUGIN_REFUSED', `${error.code}: ${error.message} (${advice[error.code]})`, {
      cause: error,
    });
  }
}
