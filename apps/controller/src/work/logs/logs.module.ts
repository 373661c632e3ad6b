import { Module } from '@nestjs/common';
import { AppendLog } from './append-log.ts';
import { LogSearchRepository } from './log-search.repository.ts';
import { LogWakeups } from './log-wakeups.ts';
import { LogsController } from './logs.controller.ts';
import { LogsRepository } from './logs.repository.ts';
import { LogsService } from './logs.service.ts';
import { SearchLogs } from './search-logs.ts';

@Module({
  controllers: [LogsController],
  providers: [AppendLog, LogSearchRepository, LogsRepository, LogsService, LogWakeups, SearchLogs],
})
export class LogsModule {}
