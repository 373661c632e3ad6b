import { agentCloseCodes } from '@ironwheel/contracts';

/** How a connection, or the try to make one, ended. */
export type LinkEnd =
  /** The handshake was answered with something else than a websocket. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string;
      readonly detail: string;
      readonly retryAfterMs: number | null;
    }
  /** The controller closed it. */
  | {
      readonly kind: 'closed';
      readonly code: number;
      readonly reason: string;
      readonly retryAfterMs: number | null;
    }
  /** No answer, a reset, silence. */
  | { readonly kind: 'lost'; readonly detail: string };

export type Reaction =
  /** Come back within the window of the backoff, at least this much later. */
  | { readonly kind: 'retry'; readonly leastMs: number | null }
  /** Never come back by itself. */
  | { readonly kind: 'give-up' };

/** What an operator has to mend first is asked for rarely, in milliseconds. */
const slowMs = 60_000;
const lateMs = 10_000;

const retry = (leastMs: number | null = null): Reaction => ({ kind: 'retry', leastMs });

export function toReaction(end: LinkEnd): Reaction {
  switch (end.kind) {
    case 'lost':
      return retry();
    case 'refused':
      if (end.code === 'AGENT_REVOKED') return { kind: 'give-up' };
      if (end.retryAfterMs !== null) return retry(end.retryAfterMs);
      return end.status === 401 || end.status === 403 ? retry(slowMs) : retry();
    case 'closed':
      switch (end.code) {
        case agentCloseCodes.revoked:
          return { kind: 'give-up' };
        case agentCloseCodes.clockOff:
        case agentCloseCodes.cloned:
        case agentCloseCodes.unsupported:
          return retry(slowMs);
        case agentCloseCodes.replaced:
        case agentCloseCodes.malformed:
          return retry(lateMs);
        default:
          return retry(end.retryAfterMs);
      }
  }
}

export const describeEnd = (end: LinkEnd): string => {
  switch (end.kind) {
    case 'lost':
      return end.detail;
    case 'refused':
      return `${end.status} ${end.code}: ${end.detail}`;
    case 'closed':
      return `${end.code}: ${end.reason === '' ? 'no reason' : end.reason}`;
  }
};
