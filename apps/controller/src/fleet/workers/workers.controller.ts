import { heartbeatSchema, idSchema, workersQuerySchema, type WorkerView } from '@ironwheel/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, CurrentActor, NotAudited, Roles, type Actor } from '../../platform/index.ts';
import { WorkersService } from './workers.service.ts';

const workerId = { schema: idSchema('worker') };

@Controller('api/workers')
export class WorkersController {
  constructor(private readonly workers: WorkersService) {}

  @Post('heartbeat')
  @HttpCode(200)
  @Roles('worker')
  @NotAudited()
  heartbeat(
    @Body({ schema: heartbeatSchema }) body: z.output<typeof heartbeatSchema>,
    @CurrentActor() actor: Actor,
  ): ReturnType<WorkersService['heartbeat']> {
    // A worker's key speaks for that worker; a token of role `worker` has to name it.
    const id = actor.workerId ?? body.worker_id;
    if (id === undefined) throw new AppError('REQUEST_INVALID', 'Name the worker: `worker_id` is missing.');
    return this.workers.heartbeat(id, body);
  }

  @Get()
  @Roles('viewer')
  list(
    @Query({ schema: workersQuerySchema }) query: z.output<typeof workersQuerySchema>,
  ): Promise<{ items: WorkerView[]; total: number }> {
    return this.workers.list(query.limit, query.offset);
  }

  @Get(':id')
  @Roles('viewer')
  get(@Param('id', workerId) id: string): Promise<WorkerView> {
    return this.workers.view(id);
  }

  /** Revokes the worker's key. Its attempts run into their leases and go to others. */
  @Delete(':id')
  @HttpCode(200)
  @Roles('admin')
  revoke(@Param('id', workerId) id: string): Promise<WorkerView> {
    return this.workers.revoke(id);
  }
}
