import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LoadedConfig } from '@ironwheel/config';
import type { FastifyReply } from 'fastify';
import { Roles } from '../auth/decorators.ts';
import { httpSection } from '../config/platform-sections.ts';
import { AppError } from '../errors/app-error.ts';
import { Metrics } from './metrics.ts';

@ApiTags('health')
@Controller()
export class MetricsController {
  readonly #metrics: Metrics;
  readonly #isEnabled: boolean;

  constructor(metrics: Metrics, config: LoadedConfig) {
    this.#metrics = metrics;
    this.#isEnabled = config.get(httpSection).METRICS_ENABLED;
    if (this.#isEnabled) metrics.collectProcessMetrics();
  }

  /** Prometheus text format; 501 when `METRICS_ENABLED` is false. */
  @Get(['metrics', 'api/metrics'])
  @Roles('viewer')
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!this.#isEnabled) throw new AppError('NOT_SUPPORTED', 'Metrics are disabled by METRICS_ENABLED.');
    void reply.type(this.#metrics.registry.contentType);
    return this.#metrics.registry.metrics();
  }
}
