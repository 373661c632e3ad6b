import type { AttemptError, Phase } from '@ironwheel/contracts';
import type { AttemptStop } from './attempt-state.ts';

/** Why a phase did not end well. */
export interface PhaseFailure {
  readonly kind: 'failed';
  readonly phase: Phase;
  readonly error: AttemptError;
  readonly exitCode: number | null;
}

/** A phase ends well, fails, or is stopped from outside. */
export type PhaseOutcome =
  { readonly kind: 'done' } | PhaseFailure | { readonly kind: 'stopped'; readonly stop: AttemptStop };

export const phaseDone = { kind: 'done' } as const satisfies PhaseOutcome;

export const failPhase = (
  phase: Phase,
  code: string,
  message: string,
  more: { readonly lines?: AttemptError['lines']; readonly exitCode?: number | null } = {},
): PhaseFailure => ({
  kind: 'failed',
  phase,
  error: { code, message: message.slice(0, 4000), lines: more.lines ?? [] },
  exitCode: more.exitCode ?? null,
});
