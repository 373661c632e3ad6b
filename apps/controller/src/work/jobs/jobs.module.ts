import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/index.ts';
import { EnqueueService } from './enqueue.service.ts';
import { JobsController } from './jobs.controller.ts';
import { JobsRepository } from './jobs.repository.ts';
import { JobsService } from './jobs.service.ts';
import { QueueController } from './queue.controller.ts';
import { QueueService } from './queue.service.ts';
import { ReleaseWaiting } from './release-waiting.ts';
import { SettleJobs } from './settle-jobs.ts';

@Module({
  imports: [QueueModule],
  controllers: [JobsController, QueueController],
  providers: [JobsRepository, EnqueueService, SettleJobs, JobsService, QueueService, ReleaseWaiting],
  exports: [JobsRepository, EnqueueService, SettleJobs, JobsService],
})
export class JobsModule {}
