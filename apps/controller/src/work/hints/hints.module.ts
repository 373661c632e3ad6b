import { Module } from '@nestjs/common';
import { AttemptsModule } from '../attempts/index.ts';
import { LogsModule } from '../logs/index.ts';
import { HintApplicationsRepository } from './hint-applications.repository.ts';
import { HintCatalogue } from './hint-catalogue.ts';
import { HintsController } from './hints.controller.ts';
import { HintsRepository } from './hints.repository.ts';
import { HintsService } from './hints.service.ts';
import { OfferHints } from './offer-hints.ts';
import { SuggestHints } from './suggest-hints.ts';
import { TryHints } from './try-hints.ts';

@Module({
  imports: [AttemptsModule, LogsModule],
  controllers: [HintsController],
  providers: [
    HintsRepository,
    HintApplicationsRepository,
    HintCatalogue,
    OfferHints,
    HintsService,
    SuggestHints,
    TryHints,
  ],
  exports: [OfferHints],
})
export class HintsModule {}
