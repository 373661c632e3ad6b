import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Role } from '@ironwheel/contracts';
import type { FastifyRequest } from 'fastify';

/** Who makes a request, as the credential showed it. */
export interface Actor {
  readonly kind: 'token' | 'worker' | 'attempt' | 'anonymous';
  /** Id of the token, worker or attempt; `bootstrap` for CONTROL_PLANE_TOKEN; `anonymous`. */
  readonly id: string;
  /** For people: name of the token or worker. */
  readonly name: string;
  readonly role: Role | 'anonymous';
  readonly remoteAddr: string;
  /** The worker of a worker key. */
  readonly workerId?: string;
  /** Of an attempt token. */
  readonly attemptId?: string;
  readonly fencing?: number;
  /** The browser sends this credential by itself, so state-changing requests need a matching Origin. */
  readonly isAmbient?: boolean;
}

/** A field of every request: a WeakMap would grow by an entry with each of them until the next full collection. */
export const actorField = Symbol('actor');

type Identified = FastifyRequest & { [actorField]?: Actor | null };

export function setActor(request: FastifyRequest, actor: Actor): void {
  (request as Identified)[actorField] = actor;
}

/** The actor of a request, or undefined before the guard has run and on routes that no guard passed. */
export function findActor(request: FastifyRequest): Actor | undefined {
  return (request as Identified)[actorField] ?? undefined;
}

/** Parameter decorator: the `Actor` of the request. */
export const CurrentActor = createParamDecorator((_data: undefined, context: ExecutionContext): Actor => {
  const actor = findActor(context.switchToHttp().getRequest<FastifyRequest>());
  if (actor === undefined) throw new Error('the route has no actor: it was not passed by the guard');
  return actor;
});
