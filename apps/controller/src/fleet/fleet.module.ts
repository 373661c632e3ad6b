import { Module } from '@nestjs/common';
import { agentLinkProviders } from './agent-link/agent-link.providers.ts';
import { AgentsService } from './agent-link/index.ts';
import { CommandsController } from './commands/commands.controller.ts';
import { commandsProviders } from './commands/commands.providers.ts';
import { CommandsService } from './commands/index.ts';
import { EnrollmentController } from './enrollment/enrollment.controller.ts';
import { ArchivePool } from './pools/archive-pool.ts';
import { PoolDirectory } from './pools/pool-directory.ts';
import { PoolJobs } from './pools/pool-jobs.ts';
import { PoolsController } from './pools/pools.controller.ts';
import { PoolsRepository } from './pools/pools.repository.ts';
import { PoolsService } from './pools/pools.service.ts';
import { ArchiveServer } from './servers/archive-server.ts';
import { ServersController } from './servers/servers.controller.ts';
import { ServersRepository } from './servers/servers.repository.ts';
import { ServersService } from './servers/servers.service.ts';
import { enrollmentProviders } from './enrollment/enrollment.providers.ts';
import { InstallController } from './provisioning/install.controller.ts';
import { ProvisioningController } from './provisioning/provisioning.controller.ts';
import { provisioningProviders } from './provisioning/provisioning.providers.ts';
import { RuntimesController } from './provisioning/runtimes.controller.ts';
import { RefusalLimiter } from './provisioning/refusal-limiter.ts';
import { Heartbeats } from './workers/heartbeats.ts';
import { HeldAttempts } from './workers/held-attempts.ts';
import { MatchingRepository } from './matching/matching.repository.ts';
import { WorkerMatching } from './matching/worker-matching.ts';
import { ClaimProbe } from './verification/claim-probe.ts';
import { VerificationController } from './verification/verification.controller.ts';
import { VerificationRepository } from './verification/verification.repository.ts';
import { VerifyServer } from './verification/verify-server.ts';
import { AutomaticQuarantine } from './workers/automatic-quarantine.ts';
import { IntentsRepository } from './workers/intents.repository.ts';
import { LaneWorkers } from './workers/lane-workers.ts';
import { RegisterWorker } from './workers/register-worker.ts';
import { RegistrationRepository } from './workers/registration.repository.ts';
import { SweepIntents } from './workers/sweep-intents.ts';
import { WorkerActionsController } from './workers/worker-actions.controller.ts';
import { WorkerActions } from './workers/worker-actions.ts';
import { WorkerIntents } from './workers/worker-intents.ts';
import { WorkerViews } from './workers/worker-views.ts';
import { WorkersController } from './workers/workers.controller.ts';
import { WorkersRepository } from './workers/workers.repository.ts';
import { WorkersService } from './workers/workers.service.ts';

@Module({
  controllers: [
    WorkersController,
    WorkerActionsController,
    EnrollmentController,
    PoolsController,
    ServersController,
    VerificationController,
    CommandsController,
    ProvisioningController,
    InstallController,
    RuntimesController,
  ],
  providers: [
    HeldAttempts,
    RefusalLimiter,
    ClaimProbe,
    PoolsRepository,
    PoolDirectory,
    PoolJobs,
    PoolsService,
    ArchivePool,
    MatchingRepository,
    WorkerMatching,
    WorkersRepository,
    Heartbeats,
    IntentsRepository,
    WorkerViews,
    WorkersService,
    WorkerIntents,
    WorkerActions,
    SweepIntents,
    AutomaticQuarantine,
    LaneWorkers,
    RegistrationRepository,
    RegisterWorker,
    VerificationRepository,
    VerifyServer,
    ...enrollmentProviders,
    ...provisioningProviders,
    ServersRepository,
    ServersService,
    ArchiveServer,
    ...agentLinkProviders,
    ...commandsProviders,
  ],
  exports: [
    HeldAttempts,
    ClaimProbe,
    PoolDirectory,
    PoolJobs,
    WorkersService,
    LaneWorkers,
    AutomaticQuarantine,
    AgentsService,
    CommandsService,
  ],
})
export class FleetModule {}
