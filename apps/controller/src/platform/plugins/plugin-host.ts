import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { StructuredLogger } from '@ironwheel/logging';
import {
  loadPlugin,
  type CatalogueEntry,
  type LoadedPlugin,
  type PluginInstance,
  type PluginKind,
} from '@ironwheel/plugin-kit';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../clock/clock.ts';
import { DataDirectory } from '../lifecycle/data-directory-provider.ts';
import { ShutdownSignal } from '../lifecycle/shutdown-signal.ts';

/** The plugins that this controller knows; bound by the composition root, so that no feature imports a plugin. */
export abstract class PluginCatalogue {
  abstract readonly entries: readonly CatalogueEntry[];
}

/** Opens plugins by kind and id, gives each its context, and closes them when the controller stops. */
@Injectable()
export class PluginHost implements OnApplicationShutdown {
  readonly #open: PluginInstance[] = [];

  constructor(
    private readonly catalogue: PluginCatalogue,
    private readonly logger: StructuredLogger,
    private readonly clock: Clock,
    private readonly dataDirectory: DataDirectory,
    private readonly shutdown: ShutdownSignal,
  ) {}

  /** Throws `PluginRefusedError` with the code of the check that failed. */
  async open<Instance extends PluginInstance>(
    kind: PluginKind,
    id: string,
    config: unknown,
  ): Promise<Instance> {
    return (await this.load<Instance>(kind, id, config)).instance;
  }

  /** The same, with the manifest. */
  async load<Instance extends PluginInstance>(
    kind: PluginKind,
    id: string,
    config: unknown,
  ): Promise<LoadedPlugin<Instance>> {
    const entry = this.catalogue.entries.find((candidate) => candidate.kind === kind && candidate.id === id);
    const workDirectory = join(this.dataDirectory.path, 'plugins', id);
    await mkdir(workDirectory, { recursive: true, mode: 0o700 });
    const loaded = await loadPlugin<Instance>({
      id,
      kind,
      load: () =>
        entry?.load() ?? Promise.reject(new Error(`the catalogue has no plugin ${id} of kind ${kind}`)),
      config,
      context: {
        logger: this.logger.child({ plugin: id }),
        clock: { now: () => this.clock.now().getTime(), monotonic: () => performance.now() },
        workDirectory,
        signal: this.shutdown.signal,
      },
    });
    this.#open.push(loaded.instance);
    this.logger.info('opened a plugin', { plugin: id, kind, version: loaded.manifest.version });
    return loaded;
  }

  async onApplicationShutdown(): Promise<void> {
    for (const instance of this.#open.splice(0).reverse()) await instance.close();
  }
}
