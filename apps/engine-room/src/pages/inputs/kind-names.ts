import type { InputKind } from '@ironwheel/contracts';

/** What a file is, in words. */
export const kindNames: Readonly<Record<InputKind, string>> = {
  requirements: 'requirements',
  constraints: 'constraints',
  wheel: 'wheel',
  sdist: 'sdist',
  pylock: 'pylock.toml',
  uv_lock: 'uv.lock',
  pyproject: 'pyproject.toml',
  script: 'script',
};
