import { Module } from '@nestjs/common';
import { ArtifactsModule } from '../artifacts/index.ts';
import { HistoryModule } from '../history/index.ts';
import { JobsModule } from '../jobs/index.ts';
import { AttemptEnding } from './attempt-ending.ts';
import { AttemptsController } from './attempts.controller.ts';
import { AttemptsRepository } from './attempts.repository.ts';
import { ReportResult } from './report-result.ts';

@Module({
  imports: [JobsModule, HistoryModule, ArtifactsModule],
  controllers: [AttemptsController],
  providers: [AttemptsRepository, AttemptEnding, ReportResult],
  exports: [AttemptsRepository, AttemptEnding],
})
export class AttemptsModule {}
