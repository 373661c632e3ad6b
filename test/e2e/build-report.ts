import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** What `ironwheel build --report` writes, as far as these tests look at it. */
const reportSchema = z.object({
  run_id: z.string(),
  failed: z.number(),
  results: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      action: z.string(),
      ok: z.boolean(),
      python_tag: z.string(),
      platform_tag: z.string(),
      runner: z.string().nullable(),
      wheel: z.string().nullable(),
      sha256: z.string().nullable(),
      job_id: z.string().nullable(),
      attempt: z
        .object({
          state: z.string(),
          phase: z.string().nullable(),
          error: z
            .object({ code: z.string(), message: z.string(), lines: z.array(z.object({ text: z.string() })) })
            .nullable(),
        })
        .nullable(),
    }),
  ),
});
export type BuildReport = z.output<typeof reportSchema>;
export type BuildRow = BuildReport['results'][number];

export const readReport = async (path: string): Promise<BuildReport> =>
  reportSchema.parse(JSON.parse(await readFile(path, 'utf8')));
