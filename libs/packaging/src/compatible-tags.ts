import { type Tag } from './tag.ts';

export interface InterpreterTags {
  /** 3.12 has minor 12. */
  readonly minor: number;
  /** A free-threaded build (PEP 703): ABI `cp313t`. */
  readonly isFreeThreaded: boolean;
}

/** The stable ABI begins with CPython 3.2 (PEP 384). */
const firstStableMinor = 2;

/**
 * Every tag that CPython 3.x takes, best first (PEP 425, and the order of the platform compatibility tags
 * specification): its own ABI, the stable ABI (`abi3`; `abi3t` on free-threaded builds, PEP 803), `none`, the stable
 * ABI of older versions, `py3x`, and then the same for `any`. Within each, platforms in the given order.
 */
export const compatibleTags = (
  { minor, isFreeThreaded }: InterpreterTags,
  platforms: readonly string[],
): Tag[] => {
  const interpreter = `cp3${minor}`;
  const stableAbi = isFreeThreaded ? 'abi3t' : 'abi3';
  const onPlatforms = (name: string, abi: string): Tag[] =>
    platforms.map((platform) => ({ interpreter: name, abi, platform }));
  const olderMinors = (last: number): number[] =>
    Array.from({ length: minor - last }, (_, at) => minor - 1 - at);
  const generic = [`py3${minor}`, 'py3', ...olderMinors(0).map((older) => `py3${older}`)];
  return [
    ...onPlatforms(interpreter, isFreeThreaded ? `${interpreter}t` : interpreter),
    ...onPlatforms(interpreter, stableAbi),
    ...onPlatforms(interpreter, 'none'),
    ...olderMinors(firstStableMinor).flatMap((older) => onPlatforms(`cp3${older}`, stableAbi)),
    ...generic.flatMap((name) => onPlatforms(name, 'none')),
    { interpreter, abi: 'none', platform: 'any' },
    ...generic.map((name) => ({ interpreter: name, abi: 'none', platform: 'any' })),
  ];
};
