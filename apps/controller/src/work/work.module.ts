import { Module } from '@nestjs/common';
import { ArtifactsModule } from './artifacts/index.ts';
import { AttemptsModule } from './attempts/index.ts';
import { ClaimsModule } from './claims/index.ts';
import { HistoryModule } from './history/index.ts';
import { InputsModule } from './inputs/index.ts';
import { JobsModule } from './jobs/index.ts';
import { LogsModule } from './logs/index.ts';
import { PlansModule } from './plans/index.ts';
import { QueueModule } from './queue/index.ts';

@Module({
  imports: [
    ArtifactsModule,
    AttemptsModule,
    ClaimsModule,
    HistoryModule,
    InputsModule,
    JobsModule,
    LogsModule,
    PlansModule,
    QueueModule,
  ],
})
export class WorkModule {}
