import type { searchHitSchema } from '@ironwheel/contracts';
import type { z } from 'zod';

export type SearchHit = z.output<typeof searchHitSchema>;

/** A row of one of the searches, in the columns of the wire. */
export interface SearchRow {
  readonly kind: SearchHit['kind'];
  readonly id: string;
  readonly title: string;
  readonly state: string | null;
}
