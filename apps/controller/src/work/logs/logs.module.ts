import { Module } from '@nestjs/common';
import { AttemptLog } from './attempt-log.ts';
import { AppendLog } from './append-log.ts';
import { LogSearchRepository } from './log-search.repository.ts';
import { LogWakeups } from './log-wakeups.ts';
import { AttemptLogController } from './attempt-log.controller.ts';
import { LogsController } from './logs.controller.ts';
import { LogsRepository } from './logs.repository.ts';
import { LogsService } from './logs.service.ts';
import { IndexBlocks } from './sealed/index-blocks.ts';
import { RemoveLogsRepository } from './sealed/remove-logs.repository.ts';
import { SealedLogsRepository } from './sealed/sealed-logs.repository.ts';
import { SealLogs } from './sealed/seal-logs.ts';
import { SearchSealed } from './sealed/search-sealed.ts';
import { SegmentCache } from './sealed/segment-cache.ts';
import { SearchLogs } from './search-logs.ts';

@Module({
  controllers: [AttemptLogController, LogsController],
  providers: [
    AppendLog,
    AttemptLog,
    IndexBlocks,
    LogSearchRepository,
    LogsRepository,
    LogsService,
    LogWakeups,
    RemoveLogsRepository,
    SealedLogsRepository,
    SealLogs,
    SearchLogs,
    SearchSealed,
    SegmentCache,
  ],
  exports: [LogsService, RemoveLogsRepository],
})
export class LogsModule {}
