import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPubliclyTrusted } from './controller-trust.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('what a host can trust by itself', () => {
  let directory: string;
  const read = (name: string) => new X509Certificate(readFileSync(join(directory, `${name}.pem`)));
  const openssl = (...args: readonly string[]): void => {
    const done = spawnSync('openssl', args, { cwd: directory, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(done.stderr);
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;
  const sign = (name: string, by: string, extension: string): void => {
    writeFileSync(join(directory, 'extension'), extension);
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signer = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial', '-extfile', 'extension'];
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, '-days', '5', ...signer);
  };
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ironwheel-trust-'));
    for (const name of ['root', 'other']) {
      openssl(
        'req',
        '-x509',
        ...newKey,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.pem`,
        '-days',
        '5',
        '-subj',
        `/CN=${name}`,
      );
    }
    sign('middle', 'root', 'basicConstraints=critical,CA:TRUE');
    sign('leaf', 'middle', 'subjectAltName=DNS:wheels.example');
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('is a chain that ends at a known root', () => {
    const chain = [read('leaf'), read('middle')];
    expect(isPubliclyTrusted(chain, [read('other'), read('root')], new Date())).toBe(true);
  });

  it('is none without the intermediate, of an unknown root, self-signed, empty or expired', () => {
    const roots = [read('root')];
    const chain = [read('leaf'), read('middle')];
    const now = new Date();
    expect(isPubliclyTrusted([read('leaf')], roots, now)).toBe(false);
    expect(isPubliclyTrusted(chain, [read('other')], now)).toBe(false);
    expect(isPubliclyTrusted([read('other')], roots, now)).toBe(false);
    expect(isPubliclyTrusted([], roots, now)).toBe(false);
    expect(isPubliclyTrusted(chain, roots, new Date(now.getTime() + 10 * 86_400_000))).toBe(false);
  });
});
