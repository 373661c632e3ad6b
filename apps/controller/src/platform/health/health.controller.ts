import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AppError } from '../errors/app-error.ts';
import { Public } from '../auth/decorators.ts';
import { ReadinessService } from './readiness.service.ts';

@ApiTags('health')
@Controller('api/health')
@Public()
export class HealthController {
  readonly #readiness: ReadinessService;

  constructor(readiness: ReadinessService) {
    this.#readiness = readiness;
  }

  /** Seed 001. */
  @Get()
  health(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** The process serves requests; says nothing about the database. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 503 while starting, stopping, or while something that the controller needs is away. */
  @Get('ready')
  async ready(): Promise<{ status: 'ok'; checks: Record<string, string> }> {
    const { isReady, checks } = await this.#readiness.check();
    if (isReady) return { status: 'ok', checks };
    const failing = Object.entries(checks).filter(([, text]) => text !== 'ok');
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      `Not ready: ${failing.map(([name, text]) => `${name}: ${text}`).join('; ')}.`,
      {
        extra: { checks },
        retryAfterS: 2,
      },
    );
  }
}
