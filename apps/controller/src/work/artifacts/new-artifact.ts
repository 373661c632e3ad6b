import { formatTag, type WheelFileName } from '@ironwheel/packaging';
import type { NewArtifact } from './artifact.row.ts';
import { formatBuildTag } from './check-wheel-name.ts';
import type { WheelContent } from './wheel-check/index.ts';

/** What becomes of a checked wheel's name, bytes and content. `size` in bytes. */
export const toNewArtifact = (
  wheel: WheelFileName,
  { sha256, size }: { readonly sha256: string; readonly size: number },
  content: WheelContent,
): NewArtifact => ({
  sha256,
  filename: wheel.filename,
  size,
  name: wheel.normalizedName,
  version: wheel.version.text,
  buildTag: formatBuildTag(wheel),
  tags: wheel.tags.map(formatTag),
  requiresPython: content.requiresPython,
  metadata: content.metadata,
  metadataSha256: content.metadataSha256,
});
