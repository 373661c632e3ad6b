import { Module } from '@nestjs/common';
import { EventsRepository } from './events.repository.ts';
import { HistoryController } from './history.controller.ts';
import { HistoryService } from './history.service.ts';

@Module({
  controllers: [HistoryController],
  providers: [EventsRepository, HistoryService],
  exports: [EventsRepository],
})
export class HistoryModule {}
