import type { ProviderProfile } from '@ironwheel/contracts';

/** A row of `pools`, as SQL answers it. */
export interface PoolRow {
  readonly name: string;
  readonly description: string;
  readonly is_default: boolean;
  readonly profiles: Readonly<Record<string, ProviderProfile>>;
  readonly max_jobs: number | null;
  readonly revision: number;
  readonly created_at: Date;
  readonly archived_at: Date | null;
}

/** With what is linked to it. */
export interface PoolListRow extends PoolRow {
  /** Servers that are not archived. */
  readonly servers: number;
  /** Workers that are not revoked. */
  readonly workers: number;
}
