import type { ConfigOf } from '@ironwheel/config';
import { isSaneCorrelationId } from '@ironwheel/logging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { httpSection } from '../config/platform-sections.ts';
import { toErrorAnswer } from '../errors/to-error-answer.ts';
import type { TlsFiles } from './tls-files.ts';

const requestTimeoutMs = 300_000;
const headersTimeoutMs = 20_000;
const keepAliveTimeoutMs = 65_000;
const maxHeaderBytes = 16_384;
const maxPathPartBytes = 300;

/** Options of the HTTP server: bounded in everything that a stranger may send. */
export function createFastifyOptions(config: ConfigOf<typeof httpSection>, tls: TlsFiles | null) {
  return {
    bodyLimit: config.HTTP_BODY_LIMIT,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    trustProxy: config.TRUSTED_PROXIES.length === 0 ? false : config.TRUSTED_PROXIES,
    genReqId: correlationIdOf,
    requestIdHeader: false as const,
    logger: false as const,
    return503OnClosing: false,
    forceCloseConnections: 'idle' as const,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: maxPathPartBytes, ignoreTrailingSlash: false, caseSensitive: true },
    http: { maxHeaderSize: maxHeaderBytes, headersTimeout: headersTimeoutMs },
    ...(tls === null
      ? {}
      : {
          https: {
            cert: tls.cert,
            key: tls.key,
            minVersion: 'TLSv1.2' as const,
            maxHeaderSize: maxHeaderBytes,
            headersTimeout: headersTimeoutMs,
          },
        }),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
      const answer = toErrorAnswer(error, request.id);
      void reply
        .headers({ ...answer.headers, 'x-correlation-id': request.id, 'x-content-type-options': 'nosniff' })
        .status(answer.status)
        .type('application/json; charset=utf-8')
        .send(answer.body);
    },
    clientErrorHandler: answerUnreadableRequest,
  };
}

/** The caller's `x-correlation-id` when it is a sane one, else a new id. */
function correlationIdOf(request: IncomingMessage): string {
  const given = request.headers['x-correlation-id'];
  return typeof given === 'string' && isSaneCorrelationId(given) ? given : randomUUID();
}

/** A request that node's own parser refused: there is no request object, only the socket. */
function answerUnreadableRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const [status, reason, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', `The headers are larger than ${maxHeaderBytes} bytes.`]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'The request did not arrive in time.']
        : [400, 'Bad Request', 'The request is not valid HTTP.'];
  const correlationId = randomUUID();
  const body = JSON.stringify({ error: 'REQUEST_MALFORMED', detail, correlation_id: correlationId });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\nX-Correlation-Id: ${correlationId}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
