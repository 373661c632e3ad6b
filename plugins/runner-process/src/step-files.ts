import { stepEndReasons, type DriverStep, type StepEnd } from '@ironwheel/plugin-kit';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What `ironwheel_launch.py` reads and writes; the same is described at its top. */
export interface LaunchSpec {
  readonly command: readonly string[];
  readonly work: string;
  readonly isolate: readonly string[];
  readonly user: { readonly uid: number; readonly gid: number } | null;
  readonly timeout_s: number;
  readonly memory_bytes: number;
  readonly pids: number;
  readonly disk_bytes: number;
  readonly grace_s: number;
}

const startedSchema = z.object({ pid: z.number().int(), start_time: z.number().int() });
export type StartedFile = z.infer<typeof startedSchema>;

const resultSchema = z.object({
  reason: z.enum(stepEndReasons),
  exit_code: z.number().int().nullable(),
  detail: z.string(),
  max_rss_bytes: z.number().nullable(),
  cpu_s: z.number().nullable(),
});

const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;

/** Directory of one step's files. The attempt's id becomes a file name, so it must be a plain one. */
export const stepDirectoryOf = (root: string, attemptId: string, step: DriverStep): string => {
  if (!plainName.test(attemptId)) throw new TypeError('an attempt id is letters, digits, ".", "_" and "-"');
  return join(root, 'attempts', attemptId, step);
};

const readJson = async <T>(path: string, schema: z.ZodType<T>): Promise<T | null> => {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

export const findStarted = (directory: string): Promise<StartedFile | null> =>
  readJson(join(directory, 'started.json'), startedSchema);

export const findEnd = async (directory: string): Promise<StepEnd | null> => {
  const result = await readJson(join(directory, 'result.json'), resultSchema);
  if (result === null) return null;
  return {
    reason: result.reason,
    exitCode: result.exit_code,
    detail: result.detail,
    maxRssBytes: result.max_rss_bytes,
    cpuS: result.cpu_s,
  };
};

export async function writeEnd(directory: string, end: StepEnd): Promise<void> {
  const path = join(directory, 'result.json');
  const value: z.infer<typeof resultSchema> = {
    reason: end.reason,
    exit_code: end.exitCode,
    detail: end.detail,
    max_rss_bytes: end.maxRssBytes,
    cpu_s: end.cpuS,
  };
  await writeFile(`${path}.part`, JSON.stringify(value));
  await rename(`${path}.part`, path);
}

export const writeSpec = (directory: string, spec: LaunchSpec): Promise<void> =>
  writeFile(join(directory, 'spec.json'), JSON.stringify(spec), { mode: 0o644 });
