import { describe, expect, it } from 'vitest';
import { recipeFailure } from './recipe-failure.ts';

const resolving = `Err:1 http://mirror.test/debian bookworm InRelease
  Temporary failure resolving 'mirror.test'
W: Some index files failed to download. They have been ignored, or old ones used instead.
E: Unable to locate package libbz2-dev`;

describe('packages of a recipe that could not be installed', () => {
  it.each([
    ['apt, with no name server, whatever it says last', resolving],
    [
      'apt, refused',
      'E: Failed to fetch http://mirror.test/x.deb  Could not connect to mirror.test:80 (192.0.2.1). - connect (111: Connection refused)',
    ],
    [
      'apt, a swamped mirror',
      'E: Failed to fetch http://mirror.test/x.deb  503  Service Unavailable [IP: 192.0.2.1 80]',
    ],
    [
      'dnf, with no name server',
      `Errors during downloading metadata for repository 'baseos':
  - Curl error (6): Could not resolve hostname for http://mirror.test/repodata/repomd.xml
Error: Failed to download metadata for repo 'baseos': Cannot download repomd.xml: All mirrors were tried`,
    ],
    [
      'dnf, a mirror that breaks off',
      'Error: Error downloading packages:\n  Curl error (18): Transferred a partial file',
    ],
    [
      'a mirror that drops everything',
      'Err:1 http://mirror.test/debian\n\npodman run did not end within 1200 s',
    ],
    ['a mirror of which nothing is heard at all', 'podman run did not end within 1200 s'],
    ['rustup', 'error: could not download file from https://mirror.test/channel-rust-stable.toml.sha256'],
  ])('are unreachable for a while: %s', (_what, output) => {
    const { code, message } = recipeFailure(['libbz2-dev'], output);
    expect(code).toBe('RECIPE_PACKAGES_UNREACHABLE');
    expect(message).toMatch(/^libbz2-dev could not be installed, a mirror did not answer: /);
  });

  it.each([
    ['apt', 'E: Unable to locate package libnosuch-dev'],
    [
      'apt, a list without the file',
      'E: Failed to fetch http://mirror.test/x.deb  404  Not Found [IP: 192.0.2.1 80]',
    ],
    ['dnf', 'Error: Unable to find a match: libnosuch-devel'],
    ['a compiler', 'no newer gcc is to be had here'],
    [
      'dnf, after a mirror that was passed over',
      '[MIRROR] a.rpm: Curl error (28): Timeout was reached for http://mirror.test/a.rpm\nError: Unable to find a match: libnosuch-devel',
    ],
    [
      'dnf, a repository that is none',
      'Status code: 404 for http://mirror.test/repodata/repomd.xml\nError: All mirrors were tried',
    ],
    [
      'a package that waits for an answer while it is set up',
      'Get:1 http://mirror.test/debian\nSetting up a-server (1.0) ...\n\npodman run did not end within 1200 s',
    ],
    [
      'dnf, on a full disk',
      'Error: Error downloading packages:\n  Cannot write a.rpm: No space left on device',
    ],
    ['a package that looks for its service', 'Setting up a-server\npsql: Could not connect to the server'],
  ])('are not to be had: %s', (_what, output) => {
    expect(recipeFailure(['libnosuch-dev', 'gcc'], output)).toMatchObject({
      code: 'RECIPE_IMAGE_FAILED',
      message: `libnosuch-dev, gcc could not be installed: ${output.split('\n').join(' | ')}`,
    });
  });
});
