import type { IncomingMessage, ServerResponse } from 'node:http';

export type FaultKind =
  /** The request is carried out, its answer never arrives: the socket is destroyed. */
  | 'drop-answer'
  /** The request is not carried out and the socket destroyed. */
  | 'cut'
  /** 503 with Retry-After 0. */
  | 'unavailable'
  /** 401 with the `Date` of the fake's own clock. */
  | 'unauthorized';

interface Fault {
  readonly kind: FaultKind;
  readonly matches: (path: string) => boolean;
  left: number;
}

/** Faults that were switched on, each for a number of requests. */
export class FaultPlan {
  #faults: Fault[] = [];

  /** The next `times` requests whose path holds `pathPart` meet the fault. */
  add(kind: FaultKind, pathPart = '', times = Number.POSITIVE_INFINITY): void {
    this.#faults.push({ kind, matches: (path) => path.includes(pathPart), left: times });
  }

  clear(): void {
    this.#faults = [];
  }

  take(path: string): FaultKind | null {
    const fault = this.#faults.find((candidate) => candidate.left > 0 && candidate.matches(path));
    if (fault === undefined) return null;
    fault.left -= 1;
    return fault.kind;
  }
}

/** Ends a connection as a pulled cable would. */
export const cutConnection = (request: IncomingMessage, response: ServerResponse): void => {
  response.destroy();
  request.socket.destroy();
};
