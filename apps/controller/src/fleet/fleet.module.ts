import { Module } from '@nestjs/common';
import { EnrollLimiter } from './enrollment/enroll-limiter.ts';
import { EnrollWorker } from './enrollment/enroll-worker.ts';
import { EnrollmentController } from './enrollment/enrollment.controller.ts';
import { Heartbeats } from './workers/heartbeats.ts';
import { WorkersController } from './workers/workers.controller.ts';
import { WorkersRepository } from './workers/workers.repository.ts';
import { WorkersService } from './workers/workers.service.ts';

@Module({
  controllers: [WorkersController, EnrollmentController],
  providers: [WorkersRepository, Heartbeats, WorkersService, EnrollLimiter, EnrollWorker],
  exports: [WorkersService],
})
export class FleetModule {}
