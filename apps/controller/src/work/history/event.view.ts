import type { EventView } from '@ironwheel/contracts';
import type { EventRow } from './event.entity.ts';

export const toEventView = (row: EventRow): EventView => ({
  event_id: row.id,
  run_id: row.run_id,
  name: row.name,
  version: row.version,
  python_tag: row.python_tag,
  platform_tag: row.platform_tag,
  status: row.status,
  detail: row.detail,
  metadata: {
    ...row.metadata,
    ...(row.attempt_id === null ? {} : { attempt_id: row.attempt_id }),
    ...(row.duration_s === null ? {} : { duration_s: row.duration_s }),
  },
  timestamp: row.at.toISOString(),
  matched_hint_ids: row.matched_hint_ids,
});
