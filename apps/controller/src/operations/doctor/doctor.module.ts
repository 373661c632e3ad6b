import { Module } from '@nestjs/common';
import { ArtifactsModule } from '../../work/artifacts/index.ts';
import { QueueModule } from '../../work/queue/index.ts';
import { CheckFiles } from './check-files.ts';
import { CheckLogs } from './check-logs.ts';
import { CheckPlace } from './check-place.ts';
import { DoctorController } from './doctor.controller.ts';
import { DoctorRepository } from './doctor.repository.ts';
import { DoctorService } from './doctor.service.ts';

@Module({
  imports: [ArtifactsModule, QueueModule],
  controllers: [DoctorController],
  providers: [CheckFiles, CheckLogs, CheckPlace, DoctorRepository, DoctorService],
})
export class DoctorModule {}
