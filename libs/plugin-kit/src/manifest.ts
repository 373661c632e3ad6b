import { z } from 'zod';

/** Version of the plugin contract that this kit speaks. A manifest's `api` range must contain it. */
export const pluginApiVersion = 1;

export const pluginKinds = ['runner', 'queue', 'log-sink', 'artifact-store'] as const;
export type PluginKind = (typeof pluginKinds)[number];

/** Data that is checked before any code of the plugin runs. */
export const pluginManifestSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'expected lower-case words joined by "-"'),
  kind: z.enum(pluginKinds),
  version: z.string().regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/, 'expected a semantic version'),
  api: z.strictObject({ min: z.number().int().positive(), max: z.number().int().positive() }),
  description: z.string().min(1).max(300),
  /** Optional abilities; each stands for a small interface of its own. */
  abilities: z.array(z.string().max(60)).max(20).default([]),
});
export type PluginManifest = z.infer<typeof pluginManifestSchema>;
