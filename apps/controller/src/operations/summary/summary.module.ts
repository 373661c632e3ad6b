import { Module } from '@nestjs/common';
import { HistoryModule } from '../../work/history/index.ts';
import { QueueModule } from '../../work/queue/index.ts';
import { SummaryController } from './summary.controller.ts';
import { SummaryService } from './summary.service.ts';

@Module({
  imports: [HistoryModule, QueueModule],
  controllers: [SummaryController],
  providers: [SummaryService],
})
export class SummaryModule {}
