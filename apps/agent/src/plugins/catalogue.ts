import type { CatalogueEntry } from '@ironwheel/plugin-kit';

const loadQueue = async (name: 'file' | 'redis' | 'kafka'): Promise<unknown> =>
  (await import('./queue-plugins.ts')).queuePlugins[name]();

/** The plugins that come with the agent. They go through the same door as anyone's (`loadPlugin`). */
export const agentCatalogue = [
  { kind: 'runner', id: 'runner-podman', load: () => import('@ironwheel/plugin-runner-podman') },
  { kind: 'runner', id: 'runner-process', load: () => import('@ironwheel/plugin-runner-process') },
  { kind: 'runner', id: 'runner-stub', load: () => import('@ironwheel/plugin-runner-stub') },
  { kind: 'queue', id: 'queue-file', load: () => loadQueue('file') },
  { kind: 'queue', id: 'queue-redis', load: () => loadQueue('redis') },
  { kind: 'queue', id: 'queue-kafka', load: () => loadQueue('kafka') },
  { kind: 'log-sink', id: 'log-shipper', load: () => import('@ironwheel/plugin-log-shipper') },
] as const satisfies readonly CatalogueEntry[];
export type AgentPluginId = (typeof agentCatalogue)[number]['id'];
