import { LoadedConfig } from '@ironwheel/config';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, findActor, targetSection } from '../platform/index.ts';

const readers = new Set(['viewer', 'operator', 'admin', 'worker']);

/** Reading the index is open, or needs a token when so configured; pip then sends it as a Basic password. */
@Injectable()
export class IndexReadGuard implements CanActivate {
  readonly #isRequired: boolean;

  constructor(config: LoadedConfig) {
    this.#isRequired = config.get(targetSection).INDEX_READ_TOKEN_REQUIRED;
  }

  canActivate(context: ExecutionContext): boolean {
    if (!this.#isRequired) return true;
    const actor = findActor(context.switchToHttp().getRequest<FastifyRequest>());
    if (actor !== undefined && readers.has(actor.role)) return true;
    void context
      .switchToHttp()
      .getResponse<FastifyReply>()
      .header('www-authenticate', 'Basic realm="ironwheel"');
    throw new AppError(
      'AUTH_REQUIRED',
      'This index needs a token of role viewer; pip takes it as the password in the index URL.',
    );
  }
}
