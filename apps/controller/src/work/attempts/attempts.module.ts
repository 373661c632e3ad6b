import { Module } from '@nestjs/common';
import { FleetModule } from '../../fleet/index.ts';
import { ArtifactsModule } from '../artifacts/index.ts';
import { HistoryModule } from '../history/index.ts';
import { JobsModule } from '../jobs/index.ts';
import { PoliciesModule } from '../policies/index.ts';
import { AttemptAftermath } from './attempt-aftermath.ts';
import { AttemptEnding } from './attempt-ending.ts';
import { AttemptNews } from './attempt-news.ts';
import { AttemptsController } from './attempts.controller.ts';
import { AttemptsRepository } from './attempts.repository.ts';
import { DecisionsRepository } from './decisions.repository.ts';
import { GatherSnapshot } from './gather-snapshot.ts';
import { HintOffers } from './hint-offers.ts';
import { JudgeEnd } from './judge-end.ts';
import { ReportResult } from './report-result.ts';
import { RunningAttempts } from './running-attempts.ts';

@Module({
  imports: [FleetModule, JobsModule, HistoryModule, ArtifactsModule, PoliciesModule],
  controllers: [AttemptsController],
  providers: [
    AttemptsRepository,
    DecisionsRepository,
    HintOffers,
    GatherSnapshot,
    JudgeEnd,
    AttemptNews,
    AttemptAftermath,
    AttemptEnding,
    ReportResult,
    RunningAttempts,
  ],
  exports: [AttemptsRepository, DecisionsRepository, HintOffers, AttemptEnding],
})
export class AttemptsModule {}
