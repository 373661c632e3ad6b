import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { createTestDirectory, removeTestDirectory, startController } from '@ironwheel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let directory: string;
beforeEach(() => void (directory = createTestDirectory('tls')));
afterEach(() => removeTestDirectory(directory));

function makeCertificate(name: string): { cert: string; key: string } {
  const [cert, key] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'ignore' },
  );
  return { cert, key };
}

function servedName(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      const certificate: PeerCertificate = socket.getPeerCertificate();
      resolve(String(certificate.subject.CN));
      socket.end();
    });
    socket.on('error', reject);
  });
}

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.runIf(hasOpenssl)('TLS', () => {
  it('serves a changed certificate without a restart, and the old one while the pair does not fit', async () => {
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    const [first, second] = [makeCertificate('first'), makeCertificate('second')];
    copyFileSync(first.cert, cert);
    copyFileSync(first.key, key);
    const lines: string[] = [];
    const controller = await startController({
      features: [],
      env: { TLS_CERT_FILE: cert, TLS_KEY_FILE: key },
      onLog: (line) => lines.push(line),
    });
    try {
      expect(controller.url).toMatch(/^https:/);
      await expect(servedName(controller.url)).resolves.toBe('first');
      copyFileSync(second.cert, cert);
      await expect.poll(() => lines.join(''), { timeout: 20_000 }).toContain('the old one stays in use');
      await expect(servedName(controller.url)).resolves.toBe('first');
      copyFileSync(second.key, key);
      await expect.poll(() => servedName(controller.url), { timeout: 20_000 }).toBe('second');
    } finally {
      await controller.close();
    }
  });

  it('takes a certificate and its key together only', async () => {
    const { cert, key } = makeCertificate('a');
    const other = makeCertificate('b');
    const start = (env: Record<string, string>) => startController({ features: [], env });
    await expect(start({ TLS_CERT_FILE: cert })).rejects.toThrow(/TLS_KEY_FILE: is needed too/);
    await expect(start({ TLS_CERT_FILE: cert, TLS_KEY_FILE: other.key })).rejects.toThrow(/cannot be used/);
    await expect(start({ TLS_CERT_FILE: join(directory, 'none'), TLS_KEY_FILE: key })).rejects.toThrow(
      /cannot be used/,
    );
  });
});
