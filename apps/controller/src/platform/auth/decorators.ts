import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Role } from '@ironwheel/contracts';

export const accessKey = 'ironwheel:access';
export const workerTokenKey = 'ironwheel:worker-token';

/** Who may call a route. A route that says nothing is for administrators only. */
export type Access =
  | { readonly kind: 'roles'; readonly roles: readonly Role[] }
  | { readonly kind: 'public' }
  | { readonly kind: 'attempt' };

/** Any of these roles may call. admin may what operator may, operator what viewer may; `worker` stands apart. */
export const Roles = (...roles: [Role, ...Role[]]): CustomDecorator =>
  SetMetadata(accessKey, { kind: 'roles', roles } satisfies Access);

/** Everyone may call, without a credential. */
export const Public = (): CustomDecorator => SetMetadata(accessKey, { kind: 'public' } satisfies Access);

/**
 * Only the bearer of an attempt token may call. A route with an `:id` parameter is good for the token's own attempt
 * only; the actor carries `attemptId` and `fencing`, which the SQL of the feature checks.
 */
export const AttemptToken = (): CustomDecorator =>
  SetMetadata(accessKey, { kind: 'attempt' } satisfies Access);

/**
 * Also takes the shared WORKER_TOKEN (`X-Worker-Token`, `?token=`, cookie `worker_token`), as seed 001 asks for
 * worker and queue actions. Never on claims, results or uploads.
 */
export const WorkerTokenAllowed = (): CustomDecorator => SetMetadata(workerTokenKey, true);
