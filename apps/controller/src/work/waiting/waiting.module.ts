import { Module } from '@nestjs/common';
import { FleetModule } from '../../fleet/index.ts';
import { ExplainWaiting } from './explain-waiting.ts';
import { WaitingRepository } from './waiting.repository.ts';

@Module({ imports: [FleetModule], providers: [WaitingRepository, ExplainWaiting], exports: [ExplainWaiting] })
export class WaitingModule {}
