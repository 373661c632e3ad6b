import { fileNameSchema, runIdSchema } from '@ironwheel/contracts';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Roles } from '../../platform/index.ts';
import { PassWheel } from './pass-wheel.ts';

/** Wheels that a plan reuses, wherever they are: what makes a wheelhouse needs no way to any index of its own. */
@ApiTags('plans')
@Controller('api/plans/:run_id/wheels')
export class PlanWheelsController {
  constructor(private readonly wheels: PassWheel) {}

  @Get(':filename')
  @Roles('viewer', 'worker')
  async get(
    @Param('run_id', { schema: runIdSchema }) runId: string,
    @Param('filename', { schema: fileNameSchema }) filename: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { sha256, size, stream } = await this.wheels.open(runId, filename);
    void reply
      .type('application/octet-stream')
      .header('content-length', String(size))
      .header('etag', `"${sha256}"`)
      .header('content-disposition', 'attachment')
      .header('x-content-type-options', 'nosniff')
      .send(stream);
  }
}
