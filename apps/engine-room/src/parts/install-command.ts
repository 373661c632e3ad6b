import type { ArtifactView } from '@ironwheel/contracts';

/** Base of the index that serves a file, as the controller is reached from elsewhere. */
export const toIndexBase = (fileUrl: string | undefined): string =>
  fileUrl === undefined ? location.origin : (fileUrl.split('/files/')[0] ?? location.origin);

/** The index of one target, such as `cp312-manylinux_2_28_s390x`: it serves wheels with plain `linux_*` tags as well. */
export const toTargetIndex = (base: string, target: string): string => `${base}/index/${target}/simple/`;

/** A shell takes `[extra]` for a pattern of file names. */
const quotePin = (pin: string): string => (pin.includes('[') ? `'${pin}'` : pin);

/** What installs pins with pip from one index. */
export const writePinsCommand = (index: string, pins: readonly string[]): string =>
  `pip install --index-url ${index} ${pins.map(quotePin).join(' ')}`;

type Wheel = Pick<ArtifactView, 'url' | 'name' | 'version' | 'tags' | 'python_tag' | 'platform_tag'>;

/**
 * What installs a wheel with pip. One with nothing but plain `linux_*` tags says nothing of the C library that it needs: the
 * index serves it only to those who ask for the target that it was built for.
 */
export function writeInstallCommand(wheel: Wheel): string {
  const { url, name, version, tags, python_tag: python, platform_tag: platform } = wheel;
  const isPortable = tags.some((tag) => !/-linux_[a-z0-9_]+$/.test(tag));
  const base = toIndexBase(url);
  const index = isPortable ? `${base}/simple/` : toTargetIndex(base, `${python}-${platform}`);
  return writePinsCommand(index, [`${name}==${version}`]);
}
