import type { Claim, Phase } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import type { AttemptLog, Runner } from '@ironwheel/plugin-kit';
import type { AttemptAccess } from '../../controller-link/attempt-calls.ts';
import type { ControllerClient } from '../../controller-link/controller-client.ts';
import type { AttemptNotes } from './attempt-notes.ts';
import type { AttemptRecord } from './attempt-record.ts';

/** Settings of the worker that an attempt needs. */
export interface AttemptSettings {
  readonly runnerName: string;
  readonly index: { readonly indexUrl: string | null; readonly extraIndexUrls: readonly string[] };
  /** Upper bound of a phase, in seconds; null: the claim's own. */
  readonly phaseTimeoutMaxS: number | null;
}

/** What the phases of one attempt work with. */
export interface AttemptContext {
  readonly claim: Claim;
  readonly access: AttemptAccess;
  readonly record: AttemptRecord;
  readonly notes: AttemptNotes;
  readonly log: AttemptLog;
  readonly runner: Runner;
  /** Null for a worker without a controller. */
  readonly client: ControllerClient | null;
  readonly settings: AttemptSettings;
  readonly logger: StructuredLogger;
  /** Aborted with an `AttemptStoppedError` when the attempt is to stop. */
  readonly signal: AbortSignal;
}

/** Wall time of a phase in milliseconds. */
export const phaseTimeoutMs = ({ claim, settings }: AttemptContext, phase: Phase): number =>
  Math.min(claim.limits.phase_timeout_s[phase], settings.phaseTimeoutMaxS ?? Number.POSITIVE_INFINITY) * 1000;
