import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';

export interface RouteSettings {
  /** Largest body of this route, in bytes. */
  readonly bodyLimitBytes?: number;
  /** The body is handed over as a stream, unread: `request.body` is the `Readable`. */
  readonly isRaw?: boolean;
}

/** Raises (or lowers) the body limit of one route; the default is `HTTP_BODY_LIMIT`. */
export const BodyLimit = (bytes: number): MethodDecorator =>
  applyDecorators(RouteConfig({ ironwheel: { bodyLimitBytes: bytes } satisfies RouteSettings }));

/**
 * The route takes any Content-Type and gets the body as an unread stream: `request.raw`. `maxBytes` bounds the
 * announced Content-Length; the feature counts what really comes.
 */
export const RawBody = (maxBytes: number): MethodDecorator =>
  applyDecorators(
    RouteConfig({ ironwheel: { bodyLimitBytes: maxBytes, isRaw: true } satisfies RouteSettings }),
  );
