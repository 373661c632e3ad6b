import type { ArtifactView } from '@ironwheel/contracts';

/** Base of the index that serves a file, as the controller is reached from elsewhere. */
export const toIndexBase = (fileUrl: string | undefined): string =>
  fileUrl === undefined ? location.origin : (fileUrl.split('/files/')[0] ?? location.origin);

type Wheel = Pick<ArtifactView, 'url' | 'name' | 'version' | 'tags' | 'python_tag' | 'platform_tag'>;

/**
 * What installs a wheel with pip. One with nothing but plain `linux_*` tags says nothing of the C library that it needs: the
 * index serves it only to those who ask for the target that it was built for.
 */
export function writeInstallCommand(wheel: Wheel): string {
  const { url, name, version, tags, python_tag: python, platform_tag: platform } = wheel;
  const isPortable = tags.some((tag) => !/-linux_[a-z0-9_]+$/.test(tag));
  const index = isPortable ? 'simple/' : `index/${python}-${platform}/simple/`;
  return `pip install --index-url ${toIndexBase(url)}/${index} ${name}==${version}`;
}
