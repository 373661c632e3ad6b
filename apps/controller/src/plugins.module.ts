import type { CatalogueEntry } from '@ironwheel/plugin-kit';
import { Global, Module } from '@nestjs/common';
import { PluginCatalogue, PluginHost } from './platform/index.ts';

/** The built-in plugins of the controller; they go through the same door as anyone's. */
class BuiltInPlugins extends PluginCatalogue {
  readonly entries: readonly CatalogueEntry[] = [
    { kind: 'queue', id: 'queue-postgres', load: () => import('@ironwheel/plugin-queue-postgres') },
    { kind: 'queue', id: 'queue-file', load: () => import('@ironwheel/plugin-queue-file') },
    { kind: 'queue', id: 'queue-redis', load: () => import('@ironwheel/plugin-queue-redis') },
    { kind: 'queue', id: 'queue-kafka', load: () => import('@ironwheel/plugin-queue-kafka') },
    {
      kind: 'artifact-store',
      id: 'artifacts-files',
      load: () => import('@ironwheel/plugin-artifacts-files'),
    },
  ];
}

@Global()
@Module({
  providers: [{ provide: PluginCatalogue, useClass: BuiltInPlugins }, PluginHost],
  exports: [PluginHost],
})
export class PluginsModule {}
