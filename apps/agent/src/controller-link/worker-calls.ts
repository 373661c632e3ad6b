import {
  claimNextAnswerSchema,
  enrollAnswerSchema,
  type enrollSchema,
  heartbeatAnswerSchema,
  renewAnswerSchema,
  type Claim,
  type ClaimNext,
  type Heartbeat,
  type Phase,
  type RenewAnswer,
} from '@ironwheel/contracts';
import { z } from 'zod';
import type { ControllerClient } from './controller-client.ts';
import { ControllerError } from './controller-error.ts';

/** On top of the time that the controller may wait by itself, in milliseconds. */
const waitMarginMs = 15_000;

const need = <T>(answer: T | null, call: string): T => {
  if (answer !== null) return answer;
  throw new ControllerError(`${call}: the answer is empty`, {
    kind: 'transient',
    status: 204,
    code: 'CONTROLLER_ANSWER_INVALID',
    retryAfterMs: null,
    body: null,
  });
};

export type EnrollBody = z.input<typeof enrollSchema>;

export const enrollWorker = async (
  client: ControllerClient,
  body: EnrollBody,
): Promise<z.output<typeof enrollAnswerSchema>> => {
  const path = '/api/agent/enroll';
  return need(
    await client.callJson({ method: 'POST', path, auth: 'none', json: body }, enrollAnswerSchema),
    path,
  );
};

/** Waits up to `wait_s` for work; none is an empty list. */
export const claimNext = async (
  client: ControllerClient,
  body: ClaimNext,
  signal: AbortSignal,
): Promise<readonly Claim[]> => {
  const answer = await client.callJson(
    {
      method: 'POST',
      path: `/api/workers/${client.workerId}/claim-next`,
      auth: 'worker',
      json: body,
      timeoutMs: body.wait_s * 1000 + waitMarginMs,
      signal,
    },
    claimNextAnswerSchema,
  );
  return answer?.claims ?? [];
};

export const sendHeartbeat = async (
  client: ControllerClient,
  body: Heartbeat,
  signal?: AbortSignal,
): Promise<z.output<typeof heartbeatAnswerSchema>> => {
  const path = '/api/workers/heartbeat';
  const call = { method: 'POST', path, auth: 'worker', json: body, timeoutMs: 10_000, signal } as const;
  return need(await client.callJson(call, heartbeatAnswerSchema), path);
};

/** Codes after which an attempt is no longer ours. */
const lostCodes = new Set(['LEASE_LOST', 'ATTEMPT_NOT_FOUND', 'WORKER_REVOKED', 'WORKER_NOT_FOUND']);

export type RenewOutcome =
  | { readonly kind: 'renewed'; readonly answer: RenewAnswer }
  | { readonly kind: 'lost'; readonly code: string; readonly detail: string };

export const renewLease = async (
  client: ControllerClient,
  attemptId: string,
  body: { readonly fencing: number; readonly phase?: Phase },
  timeoutMs: number,
): Promise<RenewOutcome> => {
  const path = `/api/attempts/${attemptId}/renew`;
  try {
    const call = { method: 'POST', path, auth: 'worker', json: body, timeoutMs } as const;
    return { kind: 'renewed', answer: need(await client.callJson(call, renewAnswerSchema), path) };
  } catch (error) {
    if (error instanceof ControllerError && lostCodes.has(error.code)) {
      return { kind: 'lost', code: error.code, detail: error.message };
    }
    throw error;
  }
};

/** `POST /plan/compute`, passed through as it is. */
export const computePlan = async (
  client: ControllerClient,
  body: unknown,
): Promise<Record<string, unknown>> => {
  const path = '/api/plan/compute';
  const call = { method: 'POST', path, auth: 'worker', json: body, timeoutMs: 300_000 } as const;
  return need(await client.callJson(call, z.record(z.string(), z.unknown())), path);
};
