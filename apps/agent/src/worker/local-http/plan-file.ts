import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  computePlanSchema,
  planSnapshotSchema,
  type ComputePlan,
  type PlanSnapshot,
} from '@ironwheel/contracts';
import type { ControllerClient } from '../../controller-link/controller-client.ts';
import { ControllerError } from '../../controller-link/controller-error.ts';
import { computePlan } from '../../controller-link/worker-calls.ts';
import { writeFileAtomic } from '../../state/state-files.ts';
import { LocalHttpError } from './local-error.ts';

export interface PlanPlaces {
  readonly outputDirectory: string | null;
  readonly cacheDirectory: string | null;
}

const fileName = 'plan.json';

/** `OUTPUT_DIR/plan.json`, else `CACHE_DIR/plan.json` (seed 002). */
export async function readPlan({ outputDirectory, cacheDirectory }: PlanPlaces): Promise<unknown> {
  for (const directory of [outputDirectory, cacheDirectory]) {
    if (directory === null) continue;
    const path = join(directory, fileName);
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new LocalHttpError('PLAN_FILE_INVALID', `${path} cannot be read.`, undefined, { cause: error });
    });
    if (text === null) continue;
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new LocalHttpError(
        'PLAN_FILE_INVALID',
        `${path} is no JSON; make it anew with POST /plan.`,
        undefined,
        { cause: error },
      );
    }
  }
  const detail =
    outputDirectory === null && cacheDirectory === null
      ? 'Neither OUTPUT_DIR nor CACHE_DIR is set, so there is no place for a plan.'
      : 'There is no plan.json in OUTPUT_DIR or CACHE_DIR; make one with POST /plan.';
  throw new LocalHttpError('PLAN_FILE_NOT_FOUND', detail);
}

export interface PlanRequest extends PlanPlaces {
  readonly client: ControllerClient;
  readonly defaults: Pick<ComputePlan, 'python_version' | 'platform_tag'>;
}

/** Asks the controller for a plan and keeps its snapshot as `plan.json`; answers the snapshot. */
export async function regeneratePlan(request: PlanRequest, body: unknown): Promise<PlanSnapshot> {
  const directory = request.outputDirectory ?? request.cacheDirectory;
  if (directory === null) {
    throw new LocalHttpError(
      'PLAN_DIRECTORY_MISSING',
      'Set OUTPUT_DIR or CACHE_DIR: the plan is written there.',
    );
  }
  const parsed = computePlanSchema.safeParse({ ...request.defaults, ...(body as object | null) });
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new LocalHttpError(
      'REQUEST_INVALID',
      'The body does not fit the schema of POST /plan/compute.',
      issues,
    );
  }
  let answer: Record<string, unknown>;
  try {
    answer = await computePlan(request.client, parsed.data);
  } catch (error) {
    if (!(error instanceof ControllerError)) throw error;
    const code = error.kind === 'unreachable' ? 'CONTROLLER_UNREACHABLE' : 'CONTROLLER_REFUSED';
    throw new LocalHttpError(code, error.message, undefined, { cause: error });
  }
  const snapshot = planSnapshotSchema.safeParse({ run_id: answer['run_id'], plan: answer['plan'] });
  if (!snapshot.success) {
    throw new LocalHttpError('CONTROLLER_REFUSED', 'The answer of the controller holds no plan snapshot.');
  }
  await mkdir(directory, { recursive: true });
  await writeFileAtomic(join(directory, fileName), `${JSON.stringify(snapshot.data, null, 2)}\n`, 0o644);
  return snapshot.data;
}
