import multipart from '@fastify/multipart';
import { runWithCorrelation } from '@ironwheel/logging';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { actorField } from '../auth/actor.ts';
import type { AuditRequests } from '../audit/audit-requests.ts';
import { AppError } from '../errors/app-error.ts';
import type { IdempotentRequests } from '../idempotency/idempotent-requests.ts';
import type { ShutdownSignal } from '../lifecycle/shutdown-signal.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { routeTemplateOf } from './request-facts.ts';
import type { RouteSettings } from './route-options.ts';

const settingsOf = (config: unknown): RouteSettings =>
  ((config ?? {}) as { ironwheel?: RouteSettings }).ironwheel ?? {};

export interface HookParts {
  readonly metrics: Metrics;
  readonly shutdown: ShutdownSignal;
  readonly idempotency: IdempotentRequests;
  readonly audit: AuditRequests;
  readonly isTls: boolean;
}

/** What every request passes, whatever route it is for. Call it before routes are registered. */
export async function installHooks(fastify: FastifyInstance, parts: HookParts): Promise<void> {
  fastify.decorateRequest(actorField, null);
  installCorrelation(fastify);
  installShutdownAnswer(fastify, parts.shutdown);
  installBodyParsers(fastify);
  await fastify.register(multipart, { throwFileSizeLimit: true });
  installSecurityHeaders(fastify, parts.isTls);
  installDurations(fastify, parts.metrics);
  parts.idempotency.install(fastify);
  parts.audit.install(fastify);
}

/** New requests on connections that are still open are sent away while the controller stops; health still answers. */
function installShutdownAnswer(fastify: FastifyInstance, shutdown: ShutdownSignal): void {
  // A request that was running gets its answer; its connection must not stay open after it.
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (shutdown.isStopping) void reply.header('connection', 'close');
    done(null, payload);
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!shutdown.isStopping || request.url.startsWith('/api/health')) {
      done();
      return;
    }
    done(new AppError('SERVICE_UNAVAILABLE', 'The controller is stopping; try again.', { retryAfterS: 2 }));
  });
}

function installBodyParsers(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route: RouteOptions) => {
    const { bodyLimitBytes } = settingsOf(route.config);
    if (bodyLimitBytes !== undefined) route.bodyLimit = bodyLimitBytes;
  });
  fastify.removeAllContentTypeParsers();
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Many programs send the header with every POST; an empty body then means "no body".
    if (body.trim() === '') done(null, undefined);
    else void parseJson(request, body, done);
  });
  // Raw routes get the stream itself, whatever its type says; see `RawBody`.
  fastify.addContentTypeParser(rawType, (request, payload, done) => {
    if (settingsOf(request.routeOptions.config).isRaw === true) done(null, payload);
    else
      done(
        new AppError(
          'REQUEST_UNSUPPORTED_MEDIA',
          'This endpoint does not take that Content-Type; send application/json.',
        ),
      );
  });
  fastify.addHook('onRequest', (request, _reply, done) => done(prepareRawBody(request)));
}

const rawType = 'application/x-ironwheel-raw';

function prepareRawBody(request: FastifyRequest): Error | undefined {
  const { isRaw, bodyLimitBytes } = settingsOf(request.routeOptions.config);
  if (isRaw !== true) return undefined;
  request.headers['content-type'] = rawType;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (bodyLimitBytes !== undefined && announced > bodyLimitBytes) {
    return new AppError(
      'REQUEST_TOO_LARGE',
      `The body is larger than the ${bodyLimitBytes} bytes that this endpoint takes.`,
    );
  }
  return undefined;
}

function installCorrelation(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-correlation-id', request.id);
    runWithCorrelation(request.id, done);
  });
  // Reading a body goes through events of the socket, which belong to no request; so enter the context again.
  fastify.addHook('preValidation', (request, _reply, done) => runWithCorrelation(request.id, done));
}

function installSecurityHeaders(fastify: FastifyInstance, tls: boolean): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (!reply.hasHeader('x-content-type-options')) void reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('content-security-policy')) {
      void reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    }
    void reply.header('referrer-policy', 'no-referrer').header('x-frame-options', 'DENY');
    void reply.header('cross-origin-resource-policy', 'same-origin');
    if (tls) void reply.header('strict-transport-security', 'max-age=31536000');
    if (request.url.startsWith('/api') && !reply.hasHeader('cache-control'))
      void reply.header('cache-control', 'no-store');
    done(null, payload);
  });
}

function installDurations(fastify: FastifyInstance, metrics: Metrics): void {
  const durations = metrics.histogram({
    name: 'http_request_seconds',
    help: 'Duration of HTTP requests by method, route template and status.',
    labels: ['method', 'route', 'status'],
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    durations.observe(
      {
        method: request.method,
        route: request.is404 ? 'none' : routeTemplateOf(request),
        status: String(reply.statusCode),
      },
      reply.elapsedTime / 1000,
    );
    done();
  });
}
