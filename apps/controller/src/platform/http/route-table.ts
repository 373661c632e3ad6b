import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

interface KnownRoute {
  readonly method: string;
  readonly parts: readonly string[];
}

/** All routes by pattern, to tell "no such path" from "not with this method" (RFC 9110, 15.5.6). */
@Injectable()
export class RouteTable {
  readonly #routes: KnownRoute[] = [];

  /** Call it before routes are registered. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      const methods = Array.isArray(route.method) ? route.method : [route.method];
      for (const method of methods) this.#routes.push({ method, parts: route.url.split('/') });
    });
  }

  /** Methods that the path takes, sorted; empty when no route has this path. */
  methodsOf(path: string): string[] {
    const parts = (path.split('?')[0] ?? '').split('/');
    const found = this.#routes.filter((route) => isMatch(route.parts, parts)).map((route) => route.method);
    return [...new Set(found)].sort();
  }
}

function isMatch(pattern: readonly string[], parts: readonly string[]): boolean {
  for (const [index, part] of pattern.entries()) {
    if (part === '*' && index > 1) return true;
    const given = parts[index];
    if (given === undefined || part === '*') return false;
    if (part.startsWith(':') ? given === '' : part !== given) return false;
  }
  return pattern.length === parts.length;
}
