import { createHash } from 'node:crypto';
import {
  planSnapshotSchema,
  projectNameSchema,
  recipesSchema,
  versionTextSchema,
  type PlanSnapshot,
} from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';
import type { QueueOffer } from '@ironwheel/plugin-kit';
import { z } from 'zod';

const tagSchema = z.string().regex(/^[A-Za-z0-9_.]{1,80}$/);

/** One wheel wanted, as seed 001 writes it into a queue, and how often it was tried. */
export const queueItemSchema = z.object({
  package: projectNameSchema,
  /** Null: the version that the plan names. */
  version: versionTextSchema.nullish().transform((version) => version ?? null),
  python_tag: tagSchema,
  platform_tag: tagSchema,
  recipes: recipesSchema.default({ apt: [], dnf: [], env: {} }),
  enqueued_at: z.iso.datetime().optional(),
  attempts: z.number().int().nonnegative().default(0),
});
export type QueueItem = z.output<typeof queueItemSchema>;

export interface ItemPlace {
  readonly pool: string;
  /** Milliseconds since the epoch. */
  readonly notBefore?: number;
}

/** The same wheel is one item, however often it is put in. */
export function toItemOffer(item: QueueItem, place: ItemPlace, now: Date): QueueOffer {
  const identity = [normalizeName(item.package), item.version ?? '', item.python_tag, item.platform_tag];
  const enqueuedAt = item.enqueued_at ?? now.toISOString();
  return {
    jobId: `item_${createHash('sha256').update(identity.join('\0')).digest('hex').slice(0, 32)}`,
    pool: place.pool,
    platformTag: item.platform_tag,
    pythonTag: item.python_tag,
    priority: 0,
    enqueuedAt: Date.parse(enqueuedAt),
    notBefore: place.notBefore,
    payload: JSON.stringify({ ...item, enqueued_at: enqueuedAt }),
  };
}

/** Null for what is no item of this kind. */
export function readItem(payload: string | null): QueueItem | null {
  try {
    const parsed = queueItemSchema.safeParse(JSON.parse(payload ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The version that an item asks for, else the one of the plan for its target; null when neither names one. */
export function findVersion(item: QueueItem, plan: unknown): string | null {
  if (item.version !== null) return item.version;
  // Programs may have written more beside the two fields.
  const { run_id, plan: all } = (plan ?? {}) as { run_id?: unknown; plan?: unknown };
  const snapshot = planSnapshotSchema.safeParse({ run_id, plan: all });
  const nodes: PlanSnapshot['plan'] = snapshot.success ? snapshot.data.plan : [];
  const node = nodes.find(
    (one) =>
      normalizeName(one.name) === normalizeName(item.package) &&
      one.python_tag === item.python_tag &&
      one.platform_tag === item.platform_tag,
  );
  return node?.version ?? null;
}
