import { listOf, workerViewSchema, type WorkerView } from '@ironwheel/contracts';
import { CliError, exitCodes } from '../../cli-error.ts';
import type { ControllerClient } from '../../client/controller-client.ts';

const idPattern = /^wrk_[0-9a-f-]{36}$/;

export const workerPath = (id: string, verb = ''): string => `/api/workers/${encodeURIComponent(id)}${verb}`;

/** A worker by its id or by its name. */
export async function findWorker(client: ControllerClient, idOrName: string): Promise<WorkerView> {
  if (idPattern.test(idOrName)) return client.get(workerPath(idOrName), workerViewSchema);
  const { items } = await client.get('/api/workers', listOf(workerViewSchema), {
    query: { name: idOrName },
  });
  const [worker] = items;
  if (worker !== undefined) return worker;
  throw new CliError(`There is no worker ${idOrName}.`, {
    exitCode: exitCodes.refused,
    code: 'WORKER_NOT_FOUND',
    hint: '`ironwheel workers` lists them.',
  });
}
