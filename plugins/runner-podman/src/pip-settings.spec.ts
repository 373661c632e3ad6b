import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parsePipConfig, readPipSettings } from './pip-settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'ironwheel-pip-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('pip settings of the host', () => {
  it('are read as pip prints them; the section of `download` wins', () => {
    const text = [
      "global.index-url='https://index.example/simple'",
      "global.extra-index-url='\\nhttps://one.example\\nhttps://two.example'",
      "download.timeout='30'",
      "global.timeout='5'",
      "install.timeout='7'",
    ].join('\n');
    expect(parsePipConfig(text)).toEqual({
      PIP_INDEX_URL: 'https://index.example/simple',
      PIP_EXTRA_INDEX_URL: 'https://one.example https://two.example',
      PIP_TIMEOUT: '30',
    });
  });

  it('reach a container with their certificate file mounted, without directories and without secrets of others', async () => {
    const certificate = join(directory, 'ca.pem');
    writeFileSync(certificate, 'certificate');
    const settings = await readPipSettings({
      PIP_CONFIG_FILE: '/dev/null',
      PIP_CERT: certificate,
      SSL_CERT_FILE: certificate,
      REQUESTS_CA_BUNDLE: '/nonexistent.pem',
      PIP_FIND_LINKS: '/opt/wheels https://links.example/',
      PIP_CACHE_DIR: '/var/cache/pip',
      https_proxy: 'http://proxy.example:3128',
      WORKER_TOKEN: 'secret',
    });
    expect(settings.files).toEqual([{ host: certificate, inside: '/etc/ironwheel/certificate-0.pem' }]);
    expect(settings.environment).toEqual({
      PIP_CERT: '/etc/ironwheel/certificate-0.pem',
      SSL_CERT_FILE: '/etc/ironwheel/certificate-0.pem',
      PIP_FIND_LINKS: 'https://links.example/',
      https_proxy: 'http://proxy.example:3128',
    });
  });
});
