import { enqueueSchema, listQuery, reasonBodySchema, type CancelImpact } from '@ironwheel/contracts';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Roles, WorkerTokenAllowed } from '../../platform/index.ts';
import { dryRunQuerySchema } from './dry-run.ts';
import { QueueService, type QueueItem, type QueueStatsView } from './queue.service.ts';

const queueQuerySchema = listQuery();

/** The queue as seed 001 shows it. */
@ApiTags('queue')
@Controller('api/queue')
export class QueueController {
  constructor(private readonly queue: QueueService) {}

  @Get()
  @Roles('viewer')
  list(
    @Query({ schema: queueQuerySchema }) query: z.output<typeof queueQuerySchema>,
  ): Promise<{ items: QueueItem[]; total: number }> {
    return this.queue.list(query.limit, query.offset);
  }

  @Get('stats')
  @Roles('viewer')
  stats(): Promise<QueueStatsView> {
    return this.queue.stats();
  }

  @Post('enqueue')
  @HttpCode(200)
  @Roles('operator')
  @WorkerTokenAllowed()
  enqueue(@Body({ schema: enqueueSchema }) body: z.output<typeof enqueueSchema>): Promise<QueueItem> {
    return this.queue.enqueue(body);
  }

  @Post('clear')
  @HttpCode(200)
  @Roles('operator')
  @WorkerTokenAllowed()
  clear(
    @Body({ schema: reasonBodySchema }) _body: z.output<typeof reasonBodySchema>,
    @Query({ schema: dryRunQuerySchema }) query: z.output<typeof dryRunQuerySchema>,
  ): Promise<CancelImpact> {
    return this.queue.clear(query.dry_run);
  }
}
