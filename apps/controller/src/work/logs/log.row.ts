import type { logSearchHitSchema } from '@ironwheel/contracts';
import type { z } from 'zod';

/** A line in which something was found, as it is told. */
export type LogSearchHit = z.output<typeof logSearchHitSchema>;

/** What an append needs to know of an attempt; its row is locked. */
export interface AppendState {
  readonly id: string;
  readonly fencing: number;
  readonly state: string;
  readonly is_ended: boolean;
  /** The time in which an ended attempt's log is still taken is over. */
  readonly is_past: boolean;
  readonly log_bytes: number;
  readonly log_next_seq: number;
  readonly log_next_offset: number;
  readonly log_line_breaks: number;
  readonly log_limit_reached: boolean;
  readonly log_store_dropped: number;
  readonly log_closed_at: Date | null;
}

/** The log of an attempt, as readers see it. */
export interface AttemptLogRow {
  readonly attempt_id: string;
  readonly name: string;
  readonly version: string;
  readonly is_ended: boolean;
  /** Nothing more will come: closed, lost, or ended so long ago that nothing more is taken. */
  readonly is_settled: boolean;
  readonly log_bytes: number;
  readonly log_line_breaks: number;
  readonly log_truncated: boolean;
  readonly log_dropped: number;
  readonly log_closed_at: Date | null;
  readonly at: Date;
  /** Retention took it then. */
  readonly removed_at: Date | null;
}

/** A piece of a log: a chunk with its text, or a block of a sealed log with its packed bytes. */
export interface LogPieceRow {
  readonly byte_offset: number;
  readonly text: string | null;
  readonly data: Buffer | null;
}

/** A log that belongs to no attempt. */
export interface LogEntryRow {
  readonly id: string;
  readonly run_id: string | null;
  readonly name: string;
  readonly version: string;
  readonly at: Date;
  readonly bytes: number;
}

/** A piece of a log in which something was found. */
export interface FoundText {
  readonly name: string;
  readonly version: string;
  readonly attempt_id: string | null;
  readonly first_line: number;
  readonly text: string;
  readonly at: Date;
}
