import type { PlanView } from '@ironwheel/contracts';
import { useEffect, useRef, useState } from 'react';
import { callApi } from '../../../api/call-api.ts';
import { computePlan } from '../../../api/plan-calls.ts';

export interface Computation {
  /** When it began (ms); null: nothing is under way. */
  readonly sinceMs: number | null;
  readonly error: Error | null;
  readonly start: (body: unknown) => void;
  /** Hangs up: the controller then stops as well. */
  readonly stop: () => void;
}

/** Has a plan made, one at a time. */
export function useCompute(onMade: (plan: PlanView) => void): Computation {
  const [state, setState] = useState<Pick<Computation, 'sinceMs' | 'error'>>({ sinceMs: null, error: null });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const run = async (body: unknown): Promise<void> => {
    const gone = new AbortController();
    running.current = gone;
    setState({ sinceMs: Date.now(), error: null });
    try {
      const plan = await callApi(computePlan(body), gone.signal);
      setState({ sinceMs: null, error: null });
      onMade(plan);
    } catch (error) {
      const known = error instanceof Error ? error : new Error(String(error));
      setState({ sinceMs: null, error: gone.signal.aborted ? null : known });
    } finally {
      running.current = null;
    }
  };
  return {
    ...state,
    start: (body) => {
      if (running.current === null) void run(body);
    },
    stop: () => running.current?.abort(),
  };
}
