import type { ArtifactView } from '@ironwheel/contracts';

/** A word of `parts/statuses.ts`. */
export function toArtifactStatus({
  yanked,
  accepted_at: at,
}: Pick<ArtifactView, 'yanked' | 'accepted_at'>): 'served' | 'yanked' | 'waiting' {
  if (at === null) return 'waiting';
  return yanked === false ? 'served' : 'yanked';
}
