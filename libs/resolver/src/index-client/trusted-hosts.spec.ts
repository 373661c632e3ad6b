import { expect, it } from 'vitest';
import { createHostTrust } from './trusted-hosts.ts';

it.each([
  ['index.example', 'https://index.example/simple/', true],
  ['Index.Example', 'https://index.example:8443/simple/', true],
  ['index.example:443', 'https://index.example/simple/', true],
  ['index.example:8443', 'https://index.example:8443/simple/', true],
  ['index.example:8443', 'https://index.example/simple/', false],
  ['index.example', 'https://sub.index.example/simple/', false],
  ['index.example', 'https://evil.example/index.example', false],
  ['index.example', 'https://index.example@evil.example/', false],
  ['[::1]:8443', 'https://[::1]:8443/', true],
  ['[::1]', 'https://[::1]/', true],
  ['::1', 'https://[::1]:8443/', true],
  ['127.0.0.1:1', 'https://127.0.0.1:2/', false],
  ['', 'https://index.example/', false],
])('%j trusts %s: %s', (host, url, isTrusted) => {
  expect(createHostTrust([host])(url)).toBe(isTrusted);
});
