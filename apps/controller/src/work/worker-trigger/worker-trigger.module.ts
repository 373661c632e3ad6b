import { Module } from '@nestjs/common';
import { ClaimsModule } from '../claims/index.ts';
import { QueueModule } from '../queue/index.ts';
import { WorkerTriggerController } from './worker-trigger.controller.ts';
import { WorkerTrigger } from './worker-trigger.service.ts';

@Module({
  imports: [ClaimsModule, QueueModule],
  controllers: [WorkerTriggerController],
  providers: [WorkerTrigger],
})
export class WorkerTriggerModule {}
