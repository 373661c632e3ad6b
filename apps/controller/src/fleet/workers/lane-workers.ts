import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { workerStandings, type WorkerStanding } from '@ironwheel/decisions';
import { Injectable } from '@nestjs/common';
import { Clock, Database } from '../../platform/index.ts';
import { Heartbeats } from './heartbeats.ts';

/** Where jobs of one target wait, and the memory that its host must have. */
export interface WorkLane {
  readonly pool: string;
  readonly pythonTag: string;
  readonly platformTag: string;
  readonly memoryBytes: number | null;
}

/** How many enrolled workers of a lane's pool stand how, and when the first of those will by itself be another way. */
export type LaneStandings = Readonly<
  Partial<Record<WorkerStanding, { readonly count: number; readonly until: Date | null }>>
>;

const [otherTarget, tooSmall, stale, quarantined, paused, draining, stopping, unwell, busy, ready] =
  workerStandings;

/** What may be said of the workers that could be granted jobs of a target, by their last heartbeats. */
@Injectable()
export class LaneWorkers {
  constructor(
    private readonly database: Database,
    private readonly heartbeats: Heartbeats,
    private readonly clock: Clock,
  ) {}

  /** One statement for all lanes, in their order. */
  async stand(lanes: readonly WorkLane[]): Promise<LaneStandings[]> {
    if (lanes.length === 0) return [];
    const rows = await this.database.query<{
      place: number;
      standing: WorkerStanding;
      count: number;
      until: Date | null;
    }>(
      `SELECT place, standing, count(*)::int AS count, min(until) AS until
       FROM jsonb_to_recordset($1::jsonb) AS lane (place int, pool text, python_tag text, platform_tag text, memory_bytes bigint)
       CROSS JOIN LATERAL (SELECT
         CASE
           WHEN NOT coalesce(heartbeat->'capabilities'->'python_tags' ? lane.python_tag
             AND heartbeat->'capabilities'->'platform_tags' ? lane.platform_tag, false) THEN '${otherTarget}'
           WHEN coalesce((heartbeat->'capabilities'->>'memory_bytes')::bigint, 0) < coalesce(lane.memory_bytes, 0) THEN '${tooSmall}'
           WHEN last_heartbeat_at < $2 THEN '${stale}'
           WHEN quarantined_at IS NOT NULL AND coalesce(quarantine_until > $3, true) THEN '${quarantined}'
           WHEN desired_state = 'paused' AND coalesce(desired_until > $3, true) THEN '${paused}'
           WHEN desired_state = 'draining' THEN '${draining}'
           WHEN stopping_until > $3 THEN '${stopping}'
           WHEN heartbeat->'health'->>'ok' = 'false' THEN '${unwell}'
           WHEN (heartbeat->'slots'->>'used')::int >= (heartbeat->'slots'->>'total')::int THEN '${busy}'
           ELSE '${ready}'
         END AS standing,
         CASE
           WHEN quarantined_at IS NOT NULL AND coalesce(quarantine_until > $3, true) THEN quarantine_until
           WHEN desired_state = 'paused' THEN desired_until
         END AS until
         FROM workers WHERE workers.pool = lane.pool AND revoked_at IS NULL) AS worker
       GROUP BY place, standing`,
      [
        JSON.stringify(
          lanes.map((lane, place) => ({
            place,
            pool: lane.pool,
            python_tag: lane.pythonTag,
            platform_tag: lane.platformTag,
            memory_bytes: lane.memoryBytes,
          })),
        ),
        this.heartbeats.freshSince(),
        this.clock.now(),
      ],
    );
    return lanes.map((_, place) =>
      Object.fromEntries(
        rows
          .filter((row) => row.place === place)
          .map(({ standing, count, until }) => [standing, { count, until }]),
      ),
    );
  }

  /** Memory in bytes of the largest host with a fresh heartbeat that could be granted jobs of the target; 0: none tells. */
  async largestMemory(tx: SqlExecutor, lane: Omit<WorkLane, 'memoryBytes'>): Promise<number> {
    const [row] = await tx.query<{ bytes: number | null }>(
      `SELECT max((heartbeat->'capabilities'->>'memory_bytes')::bigint) AS bytes FROM workers
       WHERE pool = $1 AND revoked_at IS NULL AND last_heartbeat_at >= $4
         AND heartbeat->'capabilities'->'python_tags' ? $2 AND heartbeat->'capabilities'->'platform_tags' ? $3`,
      [lane.pool, lane.pythonTag, lane.platformTag, this.heartbeats.freshSince()],
    );
    return row?.bytes ?? 0;
  }
}
