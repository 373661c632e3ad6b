import { Module } from '@nestjs/common';
import { FleetModule } from '../fleet/index.ts';
import { AttemptsModule } from '../work/attempts/index.ts';
import { PoliciesModule } from '../work/policies/index.ts';
import { DecisionsController } from './decisions/decisions.controller.ts';
import { TraceDecisions } from './decisions/trace-decisions.ts';
import { PoliciesController } from './policies/policies.controller.ts';
import { ValidatePolicy } from './policies/validate-policy.ts';

@Module({
  imports: [FleetModule, AttemptsModule, PoliciesModule],
  controllers: [DecisionsController, PoliciesController],
  providers: [TraceDecisions, ValidatePolicy],
})
export class GovernanceModule {}
