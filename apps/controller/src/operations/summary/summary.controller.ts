import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { summaryQuerySchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import { Roles } from '../../platform/index.ts';
import { SummaryService } from './summary.service.ts';

@ApiTags('summary')
@Controller('api/summary')
export class SummaryController {
  constructor(private readonly summary: SummaryService) {}

  @Get()
  @Roles('viewer')
  get(@Query({ schema: summaryQuerySchema }) query: z.output<typeof summaryQuerySchema>) {
    return this.summary.get(query.failure_limit);
  }
}
