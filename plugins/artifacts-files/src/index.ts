import type { PluginModule } from '@ironwheel/plugin-kit';
import { z } from 'zod';
import { FileArtifactStore } from './file-artifact-store.ts';

const configSchema = z.strictObject({
  /** Where the files lie. Belongs to one controller; made when it is missing. */
  directory: z.string().min(1),
  /** Room that is left to others on the same disk (the database, for one), in bytes. */
  reserve_bytes: z
    .number()
    .int()
    .nonnegative()
    .default(256 * 1024 * 1024),
});

export const plugin: PluginModule<FileArtifactStore, typeof configSchema> = {
  manifest: {
    id: 'artifacts-files',
    kind: 'artifact-store',
    version: '0.1.0',
    api: { min: 1, max: 1 },
    description: 'Keeps artifacts as files under their SHA-256 in a directory.',
    abilities: [],
  },
  configSchema,
  open: (context) =>
    FileArtifactStore.open({
      directory: context.config.directory,
      reserveBytes: context.config.reserve_bytes,
      logger: context.logger,
    }),
};
