import { IndexClient, systemClock, type IndexFile, type IndexTransport } from '@ironwheel/resolver';
import { describe, expect, it } from 'vitest';
import { pageTypes } from './negotiate-format.ts';
import { writeProjectHtml, writeRootHtml } from './write-html.ts';
import { writeProjectJson } from './write-json.ts';

const digest = 'a'.repeat(64);
const file: IndexFile = {
  filename: 'sample-1.0-py3-none-any.whl',
  url: 'https://files.test/sample-1.0-py3-none-any.whl',
  hashes: { sha256: digest },
  requiresPython: '>=3.8,<4',
  yanked: false,
  size: 12,
  uploadTime: '2026-01-02T03:04:05.000Z',
  metadata: { sha256: 'b'.repeat(64) },
};
const all: IndexFile[] = [
  file,
  {
    ...file,
    filename: 'sample-2.0.tar.gz',
    yanked: 'bad "quotes" & <b>tags</b>',
    metadata: null,
    requiresPython: null,
  },
  { ...file, filename: 'sample-10.0-py3-none-any.whl', yanked: '', metadata: { sha256: null } },
];
const files = all.map((entry) => ({ ...entry, url: `https://files.test/${entry.filename}` }));

/** Reads a page as an installer does. */
/** All that a file says; what nobody asks for is not read. */
const readAll = ({
  filename,
  url,
  hashes,
  requiresPython,
  yanked,
  size,
  uploadTime,
  metadata,
}: IndexFile) => ({
  filename,
  url,
  hashes,
  requiresPython,
  yanked,
  size,
  uploadTime,
  metadata,
});

const readBack = async (body: string, type: string): Promise<readonly IndexFile[]> => {
  const transport: IndexTransport = {
    get: () =>
      Promise.resolve({
        status: 200,
        headers: { 'content-type': type },
        body: (async function* () {
          yield await Promise.resolve(Buffer.from(body));
        })(),
      }),
  };
  const client = new IndexClient({
    indexes: [{ url: 'https://index.test/simple/' }],
    transport,
    clock: systemClock,
  });
  const listing = await client.findProject('sample');
  if (!listing.found) throw new Error('the page was not found');
  expect(listing.ignoredCount).toBe(0);
  return listing.files;
};

describe('pages', () => {
  it('say in HTML all that HTML can say, escaped', async () => {
    const page = writeProjectHtml({ name: 'sample', files });
    expect(page).toContain('data-requires-python="&gt;=3.8,&lt;4"');
    expect(page).toContain('data-yanked="bad &quot;quotes&quot; &amp; &lt;b&gt;tags&lt;/b&gt;"');
    expect(page).toContain(`data-core-metadata="sha256=${'b'.repeat(64)}"`);
    expect(page).toContain('data-dist-info-metadata="true"');
    expect(page).toContain(`href="${file.url}#sha256=${digest}"`);
    const expected = files.map((entry) => ({ ...entry, size: null, uploadTime: null }));
    expect(await readBack(page, pageTypes.html)).toEqual(expected);
  });

  it('say everything in JSON', async () => {
    const page = writeProjectJson({ name: 'sample', files });
    expect(JSON.parse(page)).toMatchObject({
      meta: { 'api-version': '1.1' },
      name: 'sample',
      versions: ['1.0', '2.0', '10.0'],
      files: [
        { yanked: false, size: 12, 'upload-time': file.uploadTime },
        { 'core-metadata': false },
        { yanked: true },
      ],
    });
    expect((await readBack(page, pageTypes.json)).map(readAll)).toEqual(files);
  });

  it('are of version 1.0 when a size is not known', () => {
    const page = JSON.parse(writeProjectJson({ name: 'sample', files: [{ ...file, size: null }] })) as Record<
      string,
      unknown
    >;
    expect(page['meta']).toEqual({ 'api-version': '1.0' });
    expect(page).not.toHaveProperty('versions');
  });

  it('list the projects', () => {
    expect(writeRootHtml(['one', 'two'])).toContain('<a href="one/">one</a>');
  });
});
