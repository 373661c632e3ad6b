import {
  drainWorkerSchema,
  idSchema,
  pauseWorkerSchema,
  quarantineWorkerSchema,
  registerWorkerSchema,
  workerActionQuerySchema,
  workerActionSchema,
  type WorkerActionAnswer,
} from '@ironwheel/contracts';
import { Body, Controller, Delete, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { CurrentActor, Roles, type Actor } from '../../platform/index.ts';
import { RegisterWorker } from './register-worker.ts';
import { WorkerActions } from './worker-actions.ts';

const workerId = { schema: idSchema('worker') };
type DryRun = z.output<typeof workerActionQuerySchema>;

/** What is wanted of a worker. All of it changes claims only: what is being built goes on, and its result is taken. */
@ApiTags('workers')
@Controller('api/workers/:id')
export class WorkerActionsController {
  constructor(
    private readonly actions: WorkerActions,
    private readonly registration: RegisterWorker,
  ) {}

  @Post('pause')
  @HttpCode(200)
  @Roles('operator')
  pause(
    @Param('id', workerId) id: string,
    @Body({ schema: pauseWorkerSchema }) body: z.output<typeof pauseWorkerSchema>,
    @Query({ schema: workerActionQuerySchema }) query: DryRun,
    @CurrentActor() actor: Actor,
  ): Promise<WorkerActionAnswer> {
    return this.actions.pause(id, body, query.dry_run, actor);
  }

  @Post('resume')
  @HttpCode(200)
  @Roles('operator')
  resume(
    @Param('id', workerId) id: string,
    @Body({ schema: workerActionSchema }) body: z.output<typeof workerActionSchema>,
    @CurrentActor() actor: Actor,
  ): Promise<WorkerActionAnswer> {
    return this.actions.resume(id, body, actor);
  }

  @Post('drain')
  @HttpCode(200)
  @Roles('operator')
  drain(
    @Param('id', workerId) id: string,
    @Body({ schema: drainWorkerSchema }) body: z.output<typeof drainWorkerSchema>,
    @Query({ schema: workerActionQuerySchema }) query: DryRun,
    @CurrentActor() actor: Actor,
  ): Promise<WorkerActionAnswer> {
    return this.actions.drain(id, body, query.dry_run, actor);
  }

  @Post('quarantine')
  @HttpCode(200)
  @Roles('operator')
  quarantine(
    @Param('id', workerId) id: string,
    @Body({ schema: quarantineWorkerSchema }) body: z.output<typeof quarantineWorkerSchema>,
    @Query({ schema: workerActionQuerySchema }) query: DryRun,
    @CurrentActor() actor: Actor,
  ): Promise<WorkerActionAnswer> {
    return this.actions.quarantine(id, body, query.dry_run, actor);
  }

  @Post('unquarantine')
  @HttpCode(200)
  @Roles('operator')
  unquarantine(
    @Body({ schema: workerActionSchema }) _body: z.output<typeof workerActionSchema>,
    @Param('id', workerId) id: string,
  ): Promise<WorkerActionAnswer> {
    return this.actions.unquarantine(id);
  }

  @Post('register')
  @HttpCode(200)
  @Roles('operator')
  register(
    @Param('id', workerId) id: string,
    @Body({ schema: registerWorkerSchema }) body: z.output<typeof registerWorkerSchema>,
    @CurrentActor() actor: Actor,
  ): Promise<WorkerActionAnswer> {
    return this.registration.register(id, body, actor);
  }

  /**
   * Revokes the worker's key. Its attempts run into their leases and go to others; with `dry_run` the answer shows
   * which they are, and nothing is done.
   */
  @Delete()
  @HttpCode(200)
  @Roles('admin')
  revoke(
    @Param('id', workerId) id: string,
    @Query({ schema: workerActionQuerySchema }) query: DryRun,
  ): Promise<WorkerActionAnswer> {
    return this.actions.revoke(id, query.dry_run);
  }
}
