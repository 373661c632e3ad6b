import type { BundleView } from '@ironwheel/contracts';
import type { BundleRow } from './bundle.row.ts';
import { bundleStateOf } from './bundle-state.ts';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

export function toBundleView(row: BundleRow, now: Date): BundleView {
  return {
    bundle_id: row.id,
    server_id: row.server_id,
    pool: row.pool,
    state: bundleStateOf(row, now),
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    downloaded_at: time(row.downloaded_at),
    used_at: time(row.used_at),
    revoked_at: time(row.revoked_at),
  };
}
