import type { RenewAnswer } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import type { LogSink, Runner } from '@ironwheel/plugin-kit';
import type { ControllerClient } from '../../controller-link/controller-client.ts';
import type { Renewer } from '../renewals/renewer.ts';
import type { AttemptSettings } from './attempt-context.ts';
import type { AttemptRegistry } from './attempt-registry.ts';

/** What every attempt of one worker shares. */
export interface AttemptHost {
  readonly client: ControllerClient;
  readonly runner: Runner;
  readonly logSink: LogSink;
  readonly renewer: Renewer;
  readonly registry: AttemptRegistry;
  readonly settings: AttemptSettings;
  readonly logger: StructuredLogger;
  /** Texts that must never stand in a log. */
  readonly secrets: readonly string[];
  /** Directory that holds one directory an attempt. */
  readonly attemptsDirectory: string;
  /** `manifest.json` of finished wheels is kept here; null: nowhere. */
  readonly outputDirectory: string | null;
  /** Aborted when the process must end now: what is not said stays on disk for the next life. */
  readonly exitSignal: AbortSignal;
  onDesiredState(state: RenewAnswer['desired_state']): void;
}
