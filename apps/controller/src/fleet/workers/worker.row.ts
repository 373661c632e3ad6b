import type { DesiredState, Heartbeat, quarantineKinds } from '@ironwheel/contracts';
import type { IntentColumns } from '@ironwheel/decisions';

/** A row of `workers`, as SQL answers it. */
export interface WorkerRow {
  readonly id: string;
  readonly name: string;
  readonly public_key: string;
  readonly pool: string;
  readonly machine_id: string | null;
  readonly hostname: string;
  readonly version: string;
  readonly server_id: string | null;
  readonly stopping_until: Date | null;
  readonly remote_addr: string | null;
  readonly desired_state: DesiredState;
  readonly desired_reason: string | null;
  readonly desired_by: string | null;
  readonly desired_at: Date | null;
  readonly desired_until: Date | null;
  readonly quarantined_at: Date | null;
  readonly quarantine_kind: (typeof quarantineKinds)[number] | null;
  readonly quarantine_reason: string | null;
  readonly quarantine_until: Date | null;
  readonly quarantine_count: number;
  readonly judged_from: Date | null;
  readonly last_heartbeat_at: Date | null;
  readonly heartbeat: Heartbeat | null;
  readonly enrolled_at: Date;
  readonly revoked_at: Date | null;
}

/** What a claim needs of a worker's row. */
export type ClaimantRow = IntentColumns & Pick<WorkerRow, 'name' | 'pool' | 'revoked_at'>;
