/** An event to be written: the end of an attempt, or a verdict of a plan worth telling. */
export interface NewEvent {
  readonly runId: string | null;
  /** In any spelling; stored normalized (PEP 503). */
  readonly name: string;
  readonly version: string;
  readonly pythonTag: string;
  readonly platformTag: string;
  /** Ours are built, reused, failed, lost, cancelled, missing and skipped; direct-mode workers may say others. */
  readonly status: string;
  readonly detail?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly matchedHintIds?: readonly string[];
  readonly attemptId?: string | null;
  readonly durationS?: number | null;
  /** When it happened; now, when not given. */
  readonly at?: Date;
}

/** A row of `events`. */
export interface EventRow {
  readonly id: string;
  readonly run_id: string | null;
  readonly name: string;
  readonly version: string;
  readonly python_tag: string;
  readonly platform_tag: string;
  readonly status: string;
  readonly detail: string;
  readonly metadata: Record<string, unknown>;
  readonly matched_hint_ids: string[];
  readonly attempt_id: string | null;
  readonly duration_s: number | null;
  readonly at: Date;
  /** `at` with its microseconds, for the cursor. */
  readonly at_text: string;
}

/** What `/recent`, `/history` and `/failures` filter by. */
export interface EventFilter {
  readonly name?: string | undefined;
  readonly status?: string | undefined;
  readonly runId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
