import { Module } from '@nestjs/common';
import { FleetModule } from '../../fleet/index.ts';
import { ArtifactsModule } from '../artifacts/index.ts';
import { HistoryModule } from '../history/index.ts';
import { InputsModule } from '../inputs/index.ts';
import { JobsModule } from '../jobs/index.ts';
import { DelegatePlan } from './delegate-plan.ts';
import { EnqueueRun } from './enqueue-run.ts';
import { GatherInputs } from './gather-inputs.ts';
import { IndexSettings } from './index-settings.ts';
import { MakePlan } from './make-plan.ts';
import { OwnWheels } from './own-wheels.ts';
import { PassWheel } from './pass-wheel.ts';
import { PlanWheelsController } from './plan-wheels.controller.ts';
import { PlansController } from './plans.controller.ts';
import { PlansRepository } from './plans.repository.ts';
import { PlansService } from './plans.service.ts';
import { WorkerPlan } from './worker-plan.ts';

@Module({
  imports: [FleetModule, ArtifactsModule, HistoryModule, InputsModule, JobsModule],
  controllers: [PlansController, PlanWheelsController],
  providers: [
    DelegatePlan,
    EnqueueRun,
    GatherInputs,
    IndexSettings,
    MakePlan,
    OwnWheels,
    PassWheel,
    PlansRepository,
    PlansService,
    WorkerPlan,
  ],
  exports: [IndexSettings, PlansRepository],
})
export class PlansModule {}
