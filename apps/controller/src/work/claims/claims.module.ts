import { Module } from '@nestjs/common';
import { FleetModule } from '../../fleet/index.ts';
import { AttemptsModule } from '../attempts/index.ts';
import { QueueModule } from '../queue/index.ts';
import { ClaimNextService } from './claim-next.ts';
import { ClaimWaiters } from './claim-waiters.ts';
import { ClaimsController } from './claims.controller.ts';
import { ClaimsRepository } from './claims.repository.ts';
import { ClaimsSwitch } from './claims-switch.ts';
import { ReapLeases } from './reap-leases.ts';
import { RenewLease } from './renew-lease.ts';

@Module({
  imports: [FleetModule, QueueModule, AttemptsModule],
  controllers: [ClaimsController],
  providers: [ClaimsRepository, ClaimsSwitch, ClaimWaiters, ClaimNextService, RenewLease, ReapLeases],
  exports: [ClaimsSwitch],
})
export class ClaimsModule {}
