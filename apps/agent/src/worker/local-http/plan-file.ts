import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  computePlanSchema,
  planSnapshotSchema,
  type ComputePlan,
  type PlanSnapshot,
} from '@ironwheel/contracts';
import { toSnapshot } from '@ironwheel/resolver';
import type { ControllerClient } from '../../controller-link/controller-client.ts';
import { ControllerError } from '../../controller-link/controller-error.ts';
import { computePlan } from '../../controller-link/worker-calls.ts';
import { writeFileAtomic } from '../../state/state-files.ts';
import { LocalHttpError } from './local-error.ts';
import type { OwnPlans } from './make-local-plan.ts';

export interface PlanPlaces {
  readonly outputDirectory: string | null;
  readonly cacheDirectory: string | null;
}

const fileName = 'plan.json';

/** `OUTPUT_DIR/plan.json`, else `CACHE_DIR/plan.json` (seed 002); null when there is neither. A broken one is an error. */
export async function findPlan({ outputDirectory, cacheDirectory }: PlanPlaces): Promise<unknown> {
  for (const directory of [outputDirectory, cacheDirectory]) {
    if (directory === null) continue;
    const path = join(directory, fileName);
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new LocalHttpError('PLAN_FILE_INVALID', `${path} cannot be read.`, undefined, { cause: error });
    });
    if (text !== null) return parsePlan(text, path);
  }
  return null;
}

function parsePlan(text: string, path: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    const detail = `${path} is no JSON; make it anew with POST /plan.`;
    throw new LocalHttpError('PLAN_FILE_INVALID', detail, undefined, { cause: error });
  }
  // Programs may have written more beside the two fields; that is passed on.
  const { run_id, plan } = (content ?? {}) as { run_id?: unknown; plan?: unknown };
  const snapshot = planSnapshotSchema.safeParse({ run_id, plan });
  if (snapshot.success) return content;
  const issues = snapshot.error.issues
    .slice(0, 100)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw new LocalHttpError(
    'PLAN_FILE_INVALID',
    `${path} is no plan {run_id, plan}; make it anew with POST /plan.`,
    issues,
  );
}

/** The kept plan, else one that the worker makes of its own inputs. Throws PLAN_FILE_NOT_FOUND without inputs. */
export async function readPlan(request: PlanRequest, checkToken: () => void): Promise<unknown> {
  const kept = await findPlan(request);
  if (kept !== null) return kept;
  const { outputDirectory, cacheDirectory, own } = request;
  if (own.hasInputs && (outputDirectory !== null || cacheDirectory !== null)) {
    // Work for the asking, as POST is.
    checkToken();
    return regeneratePlan(request, null);
  }
  const detail =
    outputDirectory === null && cacheDirectory === null
      ? 'Neither OUTPUT_DIR nor CACHE_DIR is set, so there is no place for a plan.'
      : 'There is no plan.json in OUTPUT_DIR or CACHE_DIR; make one with POST /plan.';
  throw new LocalHttpError('PLAN_FILE_NOT_FOUND', detail);
}

export interface PlanRequest extends PlanPlaces {
  /** Null for a worker without a controller, which makes plans of its own inputs only. */
  readonly client: ControllerClient | null;
  readonly own: OwnPlans;
  readonly defaults: Pick<ComputePlan, 'python_version' | 'platform_tag'>;
}

/**
 * Makes a plan and keeps its snapshot as `plan.json`; answers the snapshot. A worker with inputs of its own makes it by
 * itself; what names inputs of the controller, or is to be enqueued, is the controller's.
 */
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
  const { input_ids: inputIds, enqueue } = parsed.data;
  const isOwn = request.own.hasInputs && inputIds === undefined && !enqueue;
  const snapshot = isOwn
    ? toSnapshot(await request.own.make(parsed.data))
    : await askController(request.client, parsed.data);
  await mkdir(directory, { recursive: true });
  await writeFileAtomic(join(directory, fileName), `${JSON.stringify(snapshot, null, 2)}\n`, 0o644);
  return snapshot;
}

async function askController(client: ControllerClient | null, body: ComputePlan): Promise<PlanSnapshot> {
  if (client === null) {
    const detail =
      'No controller is configured; set INPUT_DIR or REQUIREMENTS_PATH to plan from inputs of the own.';
    throw new LocalHttpError('CONTROLLER_UNREACHABLE', detail);
  }
  let answer: Record<string, unknown>;
  try {
    answer = await computePlan(client, body);
  } catch (error) {
    if (!(error instanceof ControllerError)) throw error;
    const code = error.kind === 'unreachable' ? 'CONTROLLER_UNREACHABLE' : 'CONTROLLER_REFUSED';
    throw new LocalHttpError(code, error.message, undefined, { cause: error });
  }
  const snapshot = planSnapshotSchema.safeParse({ run_id: answer['run_id'], plan: answer['plan'] });
  if (!snapshot.success) {
    throw new LocalHttpError('CONTROLLER_REFUSED', 'The answer of the controller holds no plan snapshot.');
  }
  return snapshot.data;
}
