import { enrollSchema, type enrollAnswerSchema } from '@ironwheel/contracts';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { CurrentActor, NotAudited, Public, type Actor } from '../../platform/index.ts';
import { EnrollWorker } from './enroll-worker.ts';

@ApiTags('workers')
@Controller('api/agent')
export class EnrollmentController {
  constructor(private readonly enrollment: EnrollWorker) {}

  /** The token in the body is the credential; the audit entry names it. */
  @Post('enroll')
  @HttpCode(200)
  @Public()
  @NotAudited()
  enroll(
    @Body({ schema: enrollSchema }) body: z.output<typeof enrollSchema>,
    @CurrentActor() actor: Actor,
  ): Promise<z.output<typeof enrollAnswerSchema>> {
    return this.enrollment.enroll(body, actor);
  }
}
