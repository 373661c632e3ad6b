import { Module } from '@nestjs/common';
import { ArtifactsModule } from './artifacts/index.ts';
import { AttemptsModule } from './attempts/index.ts';
import { ClaimsModule } from './claims/index.ts';
import { HintsModule } from './hints/index.ts';
import { HistoryModule } from './history/index.ts';
import { InputsModule } from './inputs/index.ts';
import { JobsModule } from './jobs/index.ts';
import { LogsModule } from './logs/index.ts';
import { PlansModule } from './plans/index.ts';
import { PoliciesModule } from './policies/index.ts';
import { QueueModule } from './queue/index.ts';
import { RetentionModule } from './retention/index.ts';
import { WorkerTriggerModule } from './worker-trigger/index.ts';

@Module({
  imports: [
    ArtifactsModule,
    AttemptsModule,
    ClaimsModule,
    HintsModule,
    HistoryModule,
    InputsModule,
    JobsModule,
    LogsModule,
    PlansModule,
    PoliciesModule,
    QueueModule,
    RetentionModule,
    WorkerTriggerModule,
  ],
})
export class WorkModule {}
