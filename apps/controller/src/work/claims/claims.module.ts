import { Module } from '@nestjs/common';
import { FleetModule } from '../../fleet/index.ts';
import { AttemptsModule } from '../attempts/index.ts';
import { HintsModule } from '../hints/index.ts';
import { PoliciesModule } from '../policies/index.ts';
import { QueueModule } from '../queue/index.ts';
import { ClaimNextService } from './claim-next.ts';
import { ClaimTermsReader } from './claim-terms.ts';
import { ClaimWaiters } from './claim-waiters.ts';
import { ClaimsController } from './claims.controller.ts';
import { ClaimsRepository } from './claims.repository.ts';
import { ClaimsSwitch } from './claims-switch.ts';
import { GatheredClaims } from './gathered-claims.ts';
import { GrantClaims } from './grant-claims.ts';
import { PoolJobsRepository } from './pool-jobs.repository.ts';
import { PoolRoom } from './pool-room.ts';
import { ReapLeases } from './reap-leases.ts';
import { RenewLease } from './renew-lease.ts';
import { WorkerHoldings } from './worker-holdings.ts';
import { WorkerProbe } from './worker-probe.ts';

@Module({
  imports: [FleetModule, QueueModule, AttemptsModule, HintsModule, PoliciesModule],
  controllers: [ClaimsController],
  providers: [
    ClaimsRepository,
    ClaimTermsReader,
    ClaimsSwitch,
    ClaimWaiters,
    PoolJobsRepository,
    PoolRoom,
    GrantClaims,
    GatheredClaims,
    ClaimNextService,
    RenewLease,
    ReapLeases,
    WorkerHoldings,
    WorkerProbe,
  ],
  exports: [ClaimsSwitch],
})
export class ClaimsModule {}
