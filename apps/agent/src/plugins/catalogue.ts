import type { CatalogueEntry } from '@ironwheel/plugin-kit';

/** The plugins that come with the agent. They go through the same door as anyone's (`loadPlugin`). */
export const agentCatalogue = [
  { kind: 'runner', id: 'runner-podman', load: () => import('@ironwheel/plugin-runner-podman') },
  { kind: 'runner', id: 'runner-process', load: () => import('@ironwheel/plugin-runner-process') },
  { kind: 'runner', id: 'runner-stub', load: () => import('@ironwheel/plugin-runner-stub') },
  { kind: 'log-sink', id: 'log-shipper', load: () => import('@ironwheel/plugin-log-shipper') },
] as const satisfies readonly CatalogueEntry[];
export type AgentPluginId = (typeof agentCatalogue)[number]['id'];
