import type { TidyBounds } from '@ironwheel/plugin-kit';

export interface DerivedImage {
  readonly name: string;
  readonly bytes: number;
  /** When a step last ran in it, else when it was made; milliseconds since the epoch. */
  readonly usedAt: number;
}

/** The images that go: used too long ago, or beyond the count or the size when the ones used last come first. Pure. */
export function chooseOldImages(
  images: readonly DerivedImage[],
  { maxCount, maxBytes, maxAgeMs }: TidyBounds['images'],
  now: number,
  minAgeMs: number,
): DerivedImage[] {
  let bytes = 0;
  return [...images]
    .sort((left, right) => right.usedAt - left.usedAt)
    .filter((image, index) => {
      bytes += image.bytes;
      const age = now - image.usedAt;
      const isBeyond =
        (maxAgeMs > 0 && age > maxAgeMs) ||
        (maxCount > 0 && index >= maxCount) ||
        (maxBytes > 0 && bytes > maxBytes);
      return isBeyond && age >= minAgeMs;
    });
}
