import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processEnvironment } from '@ironwheel/config';
import { askPip } from './ask-pip.ts';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'iw-pip-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

const bare = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(processEnvironment()).filter(([key]) => !key.startsWith('PIP_')));

it('takes the environment before the configuration file, as pip does', async () => {
  const file = join(directory, 'pip.conf');
  await writeFile(
    file,
    '[global]\nindex-url = https://one.test/simple\nextra-index-url = https://two.test/simple\n  https://three.test/simple\ncert = /tmp/ca.pem\n',
  );
  const fromFile = await askPip({ ...bare(), PIP_CONFIG_FILE: file });
  expect(fromFile.settings).toMatchObject({
    index_url: 'https://one.test/simple',
    extra_index_urls: ['https://two.test/simple', 'https://three.test/simple'],
    cert: '/tmp/ca.pem',
  });
  const fromEnv = await askPip({
    ...bare(),
    PIP_CONFIG_FILE: file,
    PIP_INDEX_URL: 'https://four.test/simple',
  });
  expect(fromEnv.settings?.index_url).toBe('https://four.test/simple');
});

it('knows the index that pip itself would use, and this interpreter', async () => {
  const { settings } = await askPip({ ...bare(), PIP_CONFIG_FILE: '/dev/null' });
  expect(settings?.index_url).toMatch(/^https:\/\//);
  expect(settings?.python_tag).toMatch(/^cp3\d+$/);
});

it('says why there is no answer', async () => {
  const answer = await askPip(bare(), join(directory, 'no-python'));
  expect(answer.settings).toBeNull();
  expect(answer.problem).toMatch(/ENOENT/);
});
