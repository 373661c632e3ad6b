import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { PluginModule } from '@ironwheel/plugin-kit';
import { z } from 'zod';
import { FileLock } from './file-lock.ts';
import { FileQueueBackend } from './file-queue-backend.ts';
import { Journal } from './journal.ts';

const configSchema = z.strictObject({
  /** The journal; unset: `queue.journal` in the work directory. Beside it lie its lock and, for moments, its successor. */
  path: z.string().min(1).optional(),
});

export const plugin: PluginModule<FileQueueBackend, typeof configSchema> = {
  manifest: {
    id: 'queue-file',
    kind: 'queue',
    version: '0.1.0',
    api: { min: 1, max: 1 },
    description: 'Keeps the queue in an append-only journal that the processes of one host may share.',
    abilities: ['list', 'clear'],
  },
  configSchema,
  open: async ({ config, clock, logger, workDirectory }) => {
    const path = resolve(config.path ?? join(workDirectory, 'queue.journal'));
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const real = join(await realpath(dirname(path)), basename(path));
    const backend = new FileQueueBackend(new Journal(real, logger), new FileLock(`${real}.lock`), clock);
    await backend.stats();
    return backend;
  },
};
