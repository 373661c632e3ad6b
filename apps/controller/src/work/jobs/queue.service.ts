import { LoadedConfig } from '@ironwheel/config';
import type { CancelImpact, enqueueSchema, queueItemSchema, queueStatsSchema } from '@ironwheel/contracts';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, Database, targetSection } from '../../platform/index.ts';
import { QueueGateway } from '../queue/index.ts';
import { ExplainWaiting } from '../waiting/index.ts';
import { EnqueueService } from './enqueue.service.ts';
import type { JobRow } from './job.row.ts';
import { JobsRepository } from './jobs.repository.ts';
import { JobsService } from './jobs.service.ts';

export type QueueItem = z.output<typeof queueItemSchema>;
export type QueueStatsView = z.output<typeof queueStatsSchema>;

/** The queue endpoints of seed 001, over jobs. */
@Injectable()
export class QueueService {
  constructor(
    private readonly config: LoadedConfig,
    private readonly database: Database,
    private readonly gateway: QueueGateway,
    private readonly enqueuer: EnqueueService,
    private readonly jobs: JobsService,
    private readonly repository: JobsRepository,
    private readonly waiting: ExplainWaiting,
  ) {}

  async list(limit: number, offset: number): Promise<{ items: QueueItem[]; total: number }> {
    const [places, { length }] = await Promise.all([this.gateway.list(limit, offset), this.gateway.stats()]);
    const rows = await this.repository.listByIds(
      this.database,
      places.map((place) => place.jobId),
    );
    const waiting = await this.waiting.explain([...rows.values()]);
    const items = places.flatMap(({ jobId, enqueuedAt }) => {
      const row = rows.get(jobId);
      return row === undefined ? [] : [{ ...toQueueItem(row, new Date(enqueuedAt)), ...waiting.get(jobId) }];
    });
    return { items, total: length };
  }

  async stats(): Promise<QueueStatsView> {
    const [stats, byState, paused] = await Promise.all([
      this.gateway.stats(),
      this.repository.countByState(),
      this.repository.areClaimsPaused(),
    ]);
    return {
      backend: this.gateway.backendId,
      length: stats.length,
      oldest_age_s: stats.oldestAgeS,
      claims_paused: paused,
      by_state: byState,
    };
  }

  /** One wheel by hand, wanted by no run. */
  async enqueue(body: z.output<typeof enqueueSchema>): Promise<QueueItem> {
    const target = this.config.get(targetSection);
    const version = target.PYTHON_VERSION;
    const pythonTag =
      body.python_tag ?? (version === undefined ? undefined : `cp${version.replace('.', '')}`);
    const platformTag = body.platform_tag ?? target.PLATFORM_TAG;
    if (pythonTag === undefined || platformTag === undefined) {
      throw new AppError(
        'REQUEST_INVALID',
        'Name python_tag and platform_tag: this controller has no default target (PYTHON_VERSION, PLATFORM_TAG).',
      );
    }
    const { jobIds } = await this.database.transaction((tx) =>
      this.enqueuer.enqueue(tx, {
        runId: null,
        pool: undefined,
        priority: body.priority ?? 0,
        rebuild: false,
        nodes: [
          {
            name: body.package,
            version: body.version,
            python_tag: pythonTag,
            platform_tag: platformTag,
            needs: [],
            recipes: body.recipes,
          },
        ],
      }),
    );
    const job = await this.jobs.get(jobIds[0] ?? '');
    return toQueueItem(job, job.queued_at ?? job.created_at);
  }

  clear(dryRun: boolean): Promise<CancelImpact> {
    return this.jobs.clearQueue(dryRun);
  }
}

const toQueueItem = (row: JobRow, enqueuedAt: Date): QueueItem => ({
  job_id: row.id,
  package: row.name,
  version: row.version,
  python_tag: row.python_tag,
  platform_tag: row.platform_tag,
  recipes: row.recipes,
  enqueued_at: enqueuedAt.toISOString(),
  pool: row.pool,
  priority: row.priority,
});
