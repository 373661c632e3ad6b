import { describe, expect, it } from 'vitest';
import { readStartTags } from './html-tags.ts';
import { parseHtmlListing } from './parse-html-listing.ts';
import { type IndexFile } from './project-listing.ts';
import { parseJsonListing } from './parse-json-listing.ts';

const pageUrl = 'https://index.example/simple/foo/';
const digest = 'ab'.repeat(32);

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

describe('project pages in HTML (PEP 503)', () => {
  it('gives files with hash, Requires-Python, yank and metadata', () => {
    const { files } = parseHtmlListing(
      `<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.3"><title>Links for foo</title></head>
       <body><a href="../../files/foo-1.0.tar.gz#sha256=${digest}" data-requires-python="&gt;=3.8,&#60;4">foo-1.0.tar.gz</a><br>
       <A HREF='https://cdn.example/foo-1.1-py3-none-any.whl#md5=00' data-yanked data-dist-info-metadata="sha256=${digest}">x</A>
       <a href=foo-1.2%2Bx-py3-none-any.whl data-yanked="broken &amp; old" data-core-metadata=true>y</a></body></html>`,
      pageUrl,
    );
    expect(files).toMatchObject([
      {
        filename: 'foo-1.0.tar.gz',
        url: 'https://index.example/files/foo-1.0.tar.gz',
        hashes: { sha256: digest },
        requiresPython: '>=3.8,<4',
        yanked: false,
        metadata: null,
      },
      {
        url: 'https://cdn.example/foo-1.1-py3-none-any.whl',
        hashes: {},
        yanked: '',
        metadata: { sha256: digest },
      },
      { filename: 'foo-1.2+x-py3-none-any.whl', yanked: 'broken & old', metadata: { sha256: null } },
    ]);
  });

  it('reads links against the base of the page', () => {
    const html = '<base href="/mirror/"><base href="/other/"><a href="foo-1.0.tar.gz">f</a>';
    expect(parseHtmlListing(html, pageUrl).files[0]?.url).toBe('https://index.example/mirror/foo-1.0.tar.gz');
  });

  it('finds no link in comments, scripts, titles and broken markup', () => {
    const html = `<title>Links for <a href="t-1.0.tar.gz"></title>
      <!-- <a href="c-1.0.tar.gz"> --><!--><script>document.write('<a href="s-1.0.tar.gz">')</SCRIPT >
      <a name="none"></a><a =x href="foo-1.0.tar.gz" href="twice-1.0.tar.gz">ok</a> 1 < 2 <3 `;
    expect(parseHtmlListing(html, pageUrl).files.map(({ filename }) => filename)).toEqual(['foo-1.0.tar.gz']);
  });

  it('leaves out what is no file that may be fetched, and counts it', () => {
    const bad = [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'http://index.example/foo-1.0.tar.gz',
      'ftp://x/foo-1.0.tar.gz',
      'https://[/foo-1.0.tar.gz',
      'x%2F..%2Ffoo-1.0.tar.gz',
      'foo-%zz-1.0.tar.gz',
      'foo%00-1.0.tar.gz',
      '..',
      `${'x'.repeat(5000)}-1.0.tar.gz`,
    ];
    const html = `<title>Links for foo</title>${bad.map((href) => `<a href="${href}">x</a>`).join('')}`;
    expect(parseHtmlListing(html, pageUrl)).toMatchObject({ files: [], ignoredCount: bad.length });
  });

  it('offers nothing of a quarantined project (PEP 792)', () => {
    const html = `<meta name="pypi:project-status" content="quarantined"><meta name="pypi:project-status-reason"
      content="malware"><a href="foo-1.0.tar.gz">x</a>`;
    expect(parseHtmlListing(html, pageUrl)).toEqual({
      files: [],
      ignoredCount: 0,
      status: { state: 'quarantined', reason: 'malware' },
    });
  });

  it.each([
    'https://cdn.example/a/foo-1.0.tar.gz',
    'https://cdn.example/a/../foo-1.0.tar.gz',
    'https://cdn.example/./foo-1.0.tar.gz',
    'https://CDN.example/foo-1.0.tar.gz',
    'https://cdn.example:443/foo-1.0.tar.gz',
    'https://127.1/foo-1.0.tar.gz',
    'https://127/foo-1.0.tar.gz',
    'https://cdn.0x7f/foo-1.0.tar.gz',
    'https://cdn.example/%66oo-1.0.tar.gz',
    'https://cdn.example/a//foo-1.0.tar.gz',
    'https://xn--.example/foo-1.0.tar.gz',
    'https://cdn.example/a\\b/foo-1.0.tar.gz',
    '//cdn.example/foo-1.0.tar.gz',
  ])('gives %s as an address is written', (href) => {
    const html = `<title>Links for foo</title><a href="${href}">x</a>`;
    const expected = URL.canParse(href, pageUrl) ? [new URL(href, pageUrl).href] : [];
    expect(parseHtmlListing(html, pageUrl).files.map(({ url }) => url)).toEqual(expected);
  });

  it('drops user and password from addresses', () => {
    const html = '<a href="https://user:hunter2@cdn.example/foo-1.0.tar.gz">x</a>';
    expect(parseHtmlListing(html, pageUrl).files[0]?.url).toBe('https://cdn.example/foo-1.0.tar.gz');
  });

  it.each([
    ['a sign-in page', '<html><title>Sign in</title><a href="/login">Sign in</a></html>'],
    ['an empty page', ''],
    ['text', 'no such thing'],
    ['a page that was cut off', '<a href="foo-1.0.tar.gz">x</a><a href="foo-1.1.tar'],
    [
      'a later repository version',
      '<meta name="pypi:repository-version" content="2.0"><a href="foo-1.0.tar.gz">x</a>',
    ],
  ])('refuses %s', (_, html) => {
    expect(() => parseHtmlListing(html, pageUrl)).toThrow(
      expect.objectContaining({ name: 'NotAnIndexError' }),
    );
  });

  it.each([
    ['open tags', '<a href="'.repeat(200_000)],
    ['open comments', '<!-- '.repeat(200_000)],
    ['brackets', '<'.repeat(1_000_000)],
    ['spaces behind an equals sign', `<a x=${' '.repeat(1_000_000)}>`],
    ['spaces in a tag', `<a ${' '.repeat(1_000_000)}`],
    ['attributes without end', `<a ${'x '.repeat(300_000)}`],
    ['open scripts', '<script>'.repeat(100_000)],
  ])('ends on a page of %s', (_, html) => {
    expect([...readStartTags(html)].length).toBeLessThanOrEqual(1);
  });
});

describe('project pages in JSON (PEP 691)', () => {
  const write = (files: unknown, meta: unknown = { 'api-version': '1.1' }): string =>
    JSON.stringify({ meta, name: 'foo', files });

  it('gives files with everything that is stated', () => {
    const text = write([
      {
        filename: 'foo-1.0.tar.gz',
        url: '../../files/foo-1.0.tar.gz',
        hashes: { sha256: digest.toUpperCase(), md5: '00', sha512: 'short' },
        'requires-python': '>=3.8',
        yanked: 'why',
        size: 10,
        'upload-time': '2026-01-01T00:00:00Z',
        'core-metadata': { sha256: digest },
      },
    ]);
    expect(parseJsonListing(text, pageUrl).files.map(readAll)).toEqual([
      {
        filename: 'foo-1.0.tar.gz',
        url: 'https://index.example/files/foo-1.0.tar.gz',
        hashes: { sha256: digest },
        requiresPython: '>=3.8',
        yanked: 'why',
        size: 10,
        uploadTime: '2026-01-01T00:00:00Z',
        metadata: { sha256: digest },
      },
    ]);
  });

  it('leaves out entries of another shape', () => {
    const good = { filename: 'foo-1.0.tar.gz', url: 'foo-1.0.tar.gz', hashes: 'x', size: -1, yanked: 7 };
    const text = write([
      null,
      1,
      [],
      {},
      { filename: '../x.whl', url: 'x' },
      { filename: 'x', url: 'file:///x' },
      good,
    ]);
    const { files, ignoredCount } = parseJsonListing(text, pageUrl);
    expect(files).toMatchObject([{ hashes: {}, size: null, yanked: false }]);
    expect(ignoredCount).toBe(6);
  });

  it.each([
    [{ 'project-status': { status: 'archived', reason: 'moved on' } }, {}, 'archived', 1],
    [{ 'project-status': { status: 'quarantined' } }, {}, 'quarantined', 0],
    [{}, { 'project-status': 'deprecated', 'project-status-reason': 'old' }, 'deprecated', 1],
    [{ 'project-status': { status: 'active' } }, {}, undefined, 1],
    [{ 'project-status': { status: 'constructor' } }, {}, undefined, 1],
    [{ 'project-status': 7 }, {}, undefined, 1],
  ])('reads the status %j with meta %j (PEP 792)', (own, meta, state, fileCount) => {
    const files = [{ filename: 'foo-1.0.tar.gz', url: 'foo-1.0.tar.gz' }];
    const text = JSON.stringify({ meta: { 'api-version': '1.4', ...meta }, files, ...own });
    const page = parseJsonListing(text, pageUrl);
    expect([page.status?.state, page.files.length]).toEqual([state, fileCount]);
  });

  it('gives all versions where they are stated (PEP 700), and follows no other location (PEP 708)', () => {
    const text = JSON.stringify({
      meta: { 'api-version': '1.2', tracks: ['https://evil.example/'] },
      'alternate-locations': ['https://evil.example/'],
      versions: ['1.0', 2, '1.1'],
      files: [],
    });
    expect(parseJsonListing(text, pageUrl)).toEqual({ files: [], ignoredCount: 0, versions: ['1.0', '1.1'] });
  });

  it('is of the project that it names, else of the one that its files are named after', () => {
    const parse = (name: string | undefined, filename: string) => () =>
      parseJsonListing(
        JSON.stringify({ meta: { 'api-version': '1.0' }, name, files: [{ filename, url: filename }] }),
        pageUrl,
        'foo-bar',
      );
    expect(parse('Foo.Bar', 'old_name-1.0.tar.gz')).not.toThrow();
    expect(parse(undefined, 'Foo_Bar-1.0.tar.gz')).not.toThrow();
    expect(parse(undefined, 'foo-bar-1.0-beta.tar.gz')).not.toThrow();
    expect(parse(undefined, 'README')).not.toThrow();
    expect(parse('foo', 'foo_bar-1.0.tar.gz')).toThrow(/another project/);
    expect(parse(undefined, 'foo-1.0.tar.gz')).toThrow(/another project/);
  });

  it('is not moved by keys of the object prototype', () => {
    const text =
      '{"meta":{"api-version":"1.0"},"files":[{"filename":"a-1.tar.gz","url":"a-1.tar.gz","hashes":{"__proto__":"x","constructor":"y"}}]}';
    expect(parseJsonListing(text, pageUrl).files[0]?.hashes).toEqual({});
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no meta', '{"files":[]}'],
    ['version 2', write([], { 'api-version': '2.0' })],
    ['no files', write({})],
  ])('refuses %s', (_, text) => {
    expect(() => parseJsonListing(text, pageUrl)).toThrow(
      expect.objectContaining({ name: 'NotAnIndexError' }),
    );
  });
});
