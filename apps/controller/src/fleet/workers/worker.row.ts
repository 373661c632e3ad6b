import type { Heartbeat } from '@ironwheel/contracts';

export type DesiredState = 'active' | 'paused' | 'draining';

/** A row of `workers`, as SQL answers it. */
export interface WorkerRow {
  readonly id: string;
  readonly name: string;
  readonly public_key: string;
  readonly pool: string;
  readonly machine_id: string | null;
  readonly hostname: string;
  readonly version: string;
  readonly desired_state: DesiredState;
  readonly last_heartbeat_at: Date | null;
  readonly heartbeat: Heartbeat | null;
  readonly enrolled_at: Date;
  readonly revoked_at: Date | null;
}
