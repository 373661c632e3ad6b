import type { z } from 'zod';
import { pluginApiVersion, pluginManifestSchema, type PluginKind, type PluginManifest } from './manifest.ts';
import type { PluginContext, PluginInstance, PluginModule } from './plugin.ts';

/** Why a plugin was refused. One code a check, in the order in which the checks run. */
export const pluginRefusals = {
  PLUGIN_MODULE_FAILED: 'the module could not be loaded',
  PLUGIN_EXPORT_MISSING: 'the module exports no object named `plugin`',
  PLUGIN_MANIFEST_INVALID: 'the manifest does not fit its schema',
  PLUGIN_KIND_MISMATCH: 'the plugin is of another kind',
  PLUGIN_API_UNSUPPORTED: 'the plugin does not speak this version of the contract',
  PLUGIN_CONFIG_INVALID: 'the configuration does not fit the schema of the plugin',
  PLUGIN_OPEN_FAILED: 'the plugin could not be opened',
} as const;
export type PluginRefusal = keyof typeof pluginRefusals;

export class PluginRefusedError extends Error {
  constructor(
    readonly code: PluginRefusal,
    readonly pluginId: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`plugin ${pluginId}: ${pluginRefusals[code]}: ${detail}`, options);
    this.name = 'PluginRefusedError';
  }
}

export interface LoadPluginRequest {
  readonly id: string;
  readonly kind: PluginKind;
  load(): Promise<unknown>;
  readonly config: unknown;
  readonly context: Omit<PluginContext<unknown>, 'config'>;
}

export interface LoadedPlugin<Instance extends PluginInstance> {
  readonly manifest: PluginManifest;
  readonly instance: Instance;
}

const describe = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || '(whole)'}: ${issue.message}`).join('; ');

/**
 * Loads one plugin. Everything that can be checked as data is checked before any code of the plugin runs, in the
 * order of `pluginRefusals`; each refusal is a `PluginRefusedError` with its own code.
 */
export async function loadPlugin<Instance extends PluginInstance>(
  request: LoadPluginRequest,
): Promise<LoadedPlugin<Instance>> {
  const refuse = (code: PluginRefusal, detail: string, cause?: unknown): never => {
    throw new PluginRefusedError(code, request.id, detail, { cause });
  };
  const module = await request
    .load()
    .catch((error: unknown) => refuse('PLUGIN_MODULE_FAILED', String(error), error));
  const plugin = (module as { plugin?: unknown }).plugin as Partial<PluginModule<Instance>> | undefined;
  if (typeof plugin !== 'object' || typeof plugin.open !== 'function' || plugin.configSchema === undefined) {
    return refuse('PLUGIN_EXPORT_MISSING', 'expected { manifest, configSchema, open }');
  }
  const manifest = pluginManifestSchema.safeParse(plugin.manifest);
  if (!manifest.success) return refuse('PLUGIN_MANIFEST_INVALID', describe(manifest.error));
  if (manifest.data.kind !== request.kind) {
    return refuse('PLUGIN_KIND_MISMATCH', `expected ${request.kind}, found ${manifest.data.kind}`);
  }
  const { min, max } = manifest.data.api;
  if (pluginApiVersion < min || pluginApiVersion > max) {
    return refuse('PLUGIN_API_UNSUPPORTED', `it speaks ${min} to ${max}, this is ${pluginApiVersion}`);
  }
  const config = plugin.configSchema.safeParse(request.config);
  if (!config.success) return refuse('PLUGIN_CONFIG_INVALID', describe(config.error));
  try {
    const instance = await plugin.open({ ...request.context, config: config.data });
    return { manifest: manifest.data, instance };
  } catch (error) {
    return refuse('PLUGIN_OPEN_FAILED', error instanceof Error ? error.message : String(error), error);
  }
}
