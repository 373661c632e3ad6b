import type { InputKind } from '@ironwheel/contracts';

/** A row of `inputs`. */
export interface InputRow {
  readonly id: string;
  readonly kind: InputKind;
  readonly filename: string;
  readonly sha256: string;
  readonly size: number;
  readonly created_at: Date;
  readonly created_by: string;
  /** The first run that used it; null while it is pending. */
  readonly run_id: string | null;
}

export type NewInput = Omit<InputRow, 'created_at' | 'run_id'>;
