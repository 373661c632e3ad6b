import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { auditQuerySchema, type auditEntrySchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import { Roles } from '../auth/decorators.ts';
import { AuditService } from './audit.service.ts';

@ApiTags('audit')
@Controller('api/audit')
export class AuditController {
  readonly #audit: AuditService;

  constructor(audit: AuditService) {
    this.#audit = audit;
  }

  @Get()
  @Roles('admin')
  async list(
    @Query({ schema: auditQuerySchema }) query: z.output<typeof auditQuerySchema>,
  ): Promise<{ items: z.output<typeof auditEntrySchema>[]; total: number }> {
    return this.#audit.list({ ...query, action: query.action, subject: query.subject, actor: query.actor });
  }
}
