import type { FastifyRequest } from 'fastify';

/** The route as it was declared (`/api/jobs/:id`), never the path that a caller sent. */
export function routeTemplateOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}

/** True for methods that change nothing (RFC 9110, 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** The address of the caller, after trusted proxies; without the prefix of IPv4 addresses in IPv6. */
export function remoteAddressOf(request: FastifyRequest): string {
  return request.ip.replace(/^::ffff:/, '');
}
