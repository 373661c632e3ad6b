import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import type { FastifyRequest } from 'fastify';
import { httpSection } from '../config/platform-sections.ts';
import { AppError } from '../errors/app-error.ts';
import { isSafeMethod } from '../http/request-facts.ts';

/**
 * A browser adds Basic credentials and cookies to requests that other sites make. What changes state must therefore
 * say that it comes from our own pages: `Origin`, or at least `Sec-Fetch-Site: same-origin`.
 */
@Injectable()
export class OriginCheck {
  readonly #publicOrigin: string | null;

  constructor(config: LoadedConfig) {
    const { PUBLIC_URL } = config.get(httpSection);
    this.#publicOrigin = PUBLIC_URL === undefined ? null : new URL(PUBLIC_URL).origin;
  }

  /** Throws REQUEST_ORIGIN_REFUSED for a state-changing request of another, or of no, origin. */
  check(request: FastifyRequest): void {
    if (isSafeMethod(request.method)) return;
    const { origin } = request.headers;
    const isOurs =
      origin === undefined
        ? request.headers['sec-fetch-site'] === 'same-origin'
        : origin === this.#publicOrigin || origin === `${request.protocol}://${request.host}`;
    if (!isOurs) {
      throw new AppError(
        'REQUEST_ORIGIN_REFUSED',
        'A state-changing request with Basic credentials or a cookie needs the Origin of this controller; programs send Authorization: Bearer <token>.',
      );
    }
  }
}
