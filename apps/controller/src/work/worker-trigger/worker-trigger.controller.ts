import type { SmokeAnswer, TriggerAnswer } from '@ironwheel/contracts';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles, WorkerTokenAllowed } from '../../platform/index.ts';
import { WorkerTrigger } from './worker-trigger.service.ts';

/** The worker trigger of seed 001. */
@ApiTags('worker')
@Controller('api/worker')
export class WorkerTriggerController {
  constructor(private readonly worker: WorkerTrigger) {}

  @Post('trigger')
  @HttpCode(200)
  @Roles('operator')
  @WorkerTokenAllowed()
  trigger(): Promise<TriggerAnswer> {
    return this.worker.trigger();
  }

  @Post('smoke')
  @HttpCode(200)
  @Roles('operator')
  @WorkerTokenAllowed()
  smoke(): Promise<SmokeAnswer> {
    return this.worker.smoke();
  }
}
