import { heartbeatSchema, idSchema, workersQuerySchema, type WorkerView } from '@ironwheel/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { AppError, BodyLimit, CurrentActor, NotAudited, Roles, type Actor } from '../../platform/index.ts';
import { WorkersService } from './workers.service.ts';

const maxHeartbeatBytes = 128 * 1024;
const workerId = { schema: idSchema('worker') };

@ApiTags('workers')
@Controller('api/workers')
export class WorkersController {
  constructor(private readonly workers: WorkersService) {}

  @Post('heartbeat')
  @BodyLimit(maxHeartbeatBytes)
  @HttpCode(200)
  @Roles('worker')
  @NotAudited()
  heartbeat(
    @Body({ schema: heartbeatSchema }) body: z.output<typeof heartbeatSchema>,
    @CurrentActor() actor: Actor,
  ): ReturnType<WorkersService['heartbeat']> {
    // A worker's key speaks for that worker; a token of role `worker` has to name it.
    const id = actor.workerId ?? body.worker_id;
    if (id === undefined || !idSchema('worker').safeParse(id).success) {
      throw new AppError('REQUEST_INVALID', '`worker_id` is missing or is not the id of a worker.');
    }
    if (body.worker_id !== undefined && body.worker_id !== id) {
      throw new AppError('AUTH_FORBIDDEN', `This key belongs to worker ${id}, not to the one that is named.`);
    }
    return this.workers.heartbeat(id, body, actor.remoteAddr);
  }

  @Get()
  @Roles('viewer')
  list(
    @Query({ schema: workersQuerySchema }) query: z.output<typeof workersQuerySchema>,
  ): Promise<{ items: WorkerView[]; total: number }> {
    return this.workers.list(query);
  }

  @Get(':id')
  @Roles('viewer')
  get(@Param('id', workerId) id: string): Promise<WorkerView> {
    return this.workers.view(id);
  }
}
