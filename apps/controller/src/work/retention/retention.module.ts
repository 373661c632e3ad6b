import { Module } from '@nestjs/common';
import { ArtifactsModule } from '../artifacts/index.ts';
import { InputsModule } from '../inputs/index.ts';
import { LogsModule } from '../logs/index.ts';
import { RetentionRules } from './retention-rules.ts';
import { RetentionController } from './retention.controller.ts';
import { RetentionRepository } from './retention.repository.ts';
import { RetentionService } from './retention.service.ts';

@Module({
  imports: [ArtifactsModule, InputsModule, LogsModule],
  controllers: [RetentionController],
  providers: [RetentionRepository, RetentionRules, RetentionService],
})
export class RetentionModule {}
