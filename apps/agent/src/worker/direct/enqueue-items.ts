import { join } from 'node:path';
import { toQueuePlugin, type ConfigOf } from '@ironwheel/config';
import { planSnapshotSchema } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import type { QueueBackend } from '@ironwheel/plugin-kit';
import { AgentError } from '../../agent-error.ts';
import type { workerSection } from '../../config/worker-config.ts';
import { openPlugin } from '../../plugins/open-plugin.ts';
import { readJsonFile } from '../../state/state-files.ts';
import { queueItemSchema, toItemOffer, type QueueItem } from './queue-item.ts';
import { defaultPool } from './run-direct-worker.ts';

export interface EnqueueItemsOptions {
  readonly stateDirectory: string;
  readonly worker: ConfigOf<typeof workerSection>;
  /** `name` or `name==version`. */
  readonly requirements: readonly string[];
  /** A plan snapshot whose nodes to build are put in. */
  readonly planFile: string | null;
  readonly logger: StructuredLogger;
}

/** Puts wheels into the queue that a direct worker drains; returns how many. */
export async function enqueueItems(options: EnqueueItemsOptions): Promise<number> {
  const { worker, logger, stateDirectory } = options;
  const backend = worker.QUEUE_BACKEND;
  if (backend === undefined || backend === 'postgres') {
    throw new AgentError('AGENT_CONFIG_INVALID', 'set QUEUE_BACKEND to file, redis or kafka');
  }
  const items = [...toItems(options), ...(await readPlanItems(options.planFile))];
  const { id, config } = toQueuePlugin(backend, worker, 'direct');
  const { instance: queue } = await openPlugin<QueueBackend>({
    id,
    config,
    pluginsDirectory: join(stateDirectory, 'plugins'),
    logger,
    signal: new AbortController().signal,
  });
  try {
    const pool = worker.WORKER_POOL ?? defaultPool;
    const offers = items.map((item) => toItemOffer(item, { pool }, new Date()));
    await queue.offer(offers);
    return new Set(offers.map(({ jobId }) => jobId)).size;
  } finally {
    await queue.close();
  }
}

function toItems({ requirements, worker }: EnqueueItemsOptions): QueueItem[] {
  if (requirements.length === 0) return [];
  const { PYTHON_VERSION: python, PLATFORM_TAG: platform } = worker;
  if (python === undefined || platform === undefined) {
    throw new AgentError(
      'AGENT_CONFIG_INVALID',
      'set PYTHON_VERSION and PLATFORM_TAG: wheels are wanted for a target',
    );
  }
  const [major = '', minor = ''] = python.replace(/t$/, '').split('.');
  return requirements.map((text) => {
    const [name, version] = text.split('==', 2);
    const parsed = queueItemSchema.safeParse({
      package: name,
      version,
      python_tag: `cp${major}${minor}${python.endsWith('t') ? 't' : ''}`,
      platform_tag: platform,
    });
    if (parsed.success) return parsed.data;
    throw new AgentError('AGENT_CONFIG_INVALID', `"${text}" is no name==version`);
  });
}

async function readPlanItems(path: string | null): Promise<QueueItem[]> {
  if (path === null) return [];
  const snapshot = await readJsonFile(path, planSnapshotSchema.loose());
  if (snapshot === null) throw new AgentError('AGENT_CONFIG_INVALID', `there is no plan ${path}`);
  return snapshot.plan
    .filter(({ action }) => action === 'build')
    .map((node) => queueItemSchema.parse({ ...node, package: node.name }));
}
