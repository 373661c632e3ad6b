import { Module } from '@nestjs/common';
import { FleetModule } from '../../fleet/index.ts';
import { HistoryModule } from '../history/index.ts';
import { QueueModule } from '../queue/index.ts';
import { WaitingModule } from '../waiting/index.ts';
import { EnqueueService } from './enqueue.service.ts';
import { JobEdgesRepository } from './job-edges.repository.ts';
import { JobViews } from './job-views.ts';
import { JobsController } from './jobs.controller.ts';
import { JobsRepository } from './jobs.repository.ts';
import { JobsService } from './jobs.service.ts';
import { QueueController } from './queue.controller.ts';
import { QueueService } from './queue.service.ts';
import { ReleaseWaiting } from './release-waiting.ts';
import { SettleJobs } from './settle-jobs.ts';

@Module({
  imports: [FleetModule, HistoryModule, QueueModule, WaitingModule],
  controllers: [JobsController, QueueController],
  providers: [
    JobsRepository,
    JobEdgesRepository,
    EnqueueService,
    SettleJobs,
    JobsService,
    JobViews,
    QueueService,
    ReleaseWaiting,
  ],
  exports: [JobsRepository, EnqueueService, SettleJobs, JobsService, JobViews],
})
export class JobsModule {}
