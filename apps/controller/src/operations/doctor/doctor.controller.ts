import { doctorQuerySchema, type DoctorView } from '@ironwheel/contracts';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Roles } from '../../platform/index.ts';
import { DoctorService } from './doctor.service.ts';

@ApiTags('doctor')
@Controller('api/doctor')
export class DoctorController {
  constructor(private readonly doctor: DoctorService) {}

  @Get()
  @Roles('operator')
  run(@Query({ schema: doctorQuerySchema }) query: z.output<typeof doctorQuerySchema>): Promise<DoctorView> {
    return this.doctor.run(query.deep);
  }
}
