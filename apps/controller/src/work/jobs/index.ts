export { EnqueueService, type EnqueueRequest, type WantedNode } from './enqueue.service.ts';
export { dryRunQuerySchema } from './dry-run.ts';
export { buildTagOf, type JobRow } from './job.row.ts';
export { toJobView } from './job.view.ts';
export { JobsModule } from './jobs.module.ts';
export { JobsRepository, type JobListRow } from './jobs.repository.ts';
export { JobsService, type CancelImpact } from './jobs.service.ts';
export { SettleJobs, type Settlement } from './settle-jobs.ts';
