import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { StructuredLogger } from '@ironwheel/logging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { routeTemplateOf } from '../http/request-facts.ts';
import { RouteTable } from '../http/route-table.ts';
import { AppError } from './app-error.ts';
import { KeptAnswer } from './kept-answer.ts';
import { toErrorAnswer } from './to-error-answer.ts';

/** Every error of every route becomes `{error, detail, correlation_id}`; the log keeps the cause. A kept answer is no error. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #logger: StructuredLogger;
  readonly #routes: RouteTable;

  constructor(logger: StructuredLogger, routes: RouteTable) {
    this.#routes = routes;
    this.#logger = logger.child({ component: 'http' });
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (error instanceof KeptAnswer) {
      void reply
        .status(error.status)
        .header('idempotency-replayed', 'true')
        .send(error.body ?? undefined);
      return;
    }
    const answer = toErrorAnswer(request.is404 ? this.#explainNotFound(request, error) : error, request.id);
    const fields = {
      error,
      code: answer.body.error,
      method: request.method,
      route: routeTemplateOf(request),
    };
    if (answer.isDefect) this.#logger.error('a request failed because of a defect', fields);
    else if (answer.status >= 500) this.#logger.warn('a request could not be served', fields);
    if (reply.raw.headersSent || reply.raw.destroyed) {
      // The answer had begun to stream: cutting the connection is the only way to say that it is not whole.
      reply.raw.destroy();
      return;
    }
    void reply
      .headers(answer.headers)
      .headers(signInHeaders(request, answer.status))
      .status(answer.status)
      .type('application/json; charset=utf-8')
      .send(answer.body);
  }

  #explainNotFound(request: FastifyRequest, error: unknown): unknown {
    if (error instanceof AppError) return error;
    const methods = this.#routes.methodsOf(request.url);
    if (methods.length === 0)
      return new AppError('ROUTE_NOT_FOUND', 'There is no such path; see /api/openapi.json.');
    return new AppError('METHOD_NOT_ALLOWED', `This path takes ${methods.join(', ')} only.`, {
      allow: methods,
    });
  }
}

/** A page that signs in by itself does not want the browser's own window for it: only a navigation is offered Basic. */
const signInHeaders = (request: FastifyRequest, status: number): Record<string, string> =>
  status === 401 && request.headers['sec-fetch-dest'] === 'empty'
    ? { 'www-authenticate': 'Bearer realm="ironwheel"' }
    : {};
