import { describe, expect, it } from 'vitest';
import { IndexClient, type IndexClientOptions } from './index-client.ts';
import { type IndexClock, type IndexResponse } from './index-transport.ts';
import { redactUrl } from './redact-url.ts';

interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}
type Answer = Partial<Omit<IndexResponse, 'body'>> & {
  readonly text?: string;
  readonly chunks?: Uint8Array[];
};

const json = (files: string[]): Answer => ({
  headers: { 'content-type': 'application/vnd.pypi.simple.v1+json; charset=utf-8' },
  text: JSON.stringify({
    meta: { 'api-version': '1.0' },
    files: files.map((filename) => ({ filename, url: `https://files.example/${filename}` })),
  }),
});

/** A clock whose waits end at once, unless they are deadlines of a request. */
class FakeClock implements IndexClock {
  readonly waits: number[] = [];
  readonly deadlineMs: number;
  expireDeadlines = false;

  constructor(deadlineMs: number) {
    this.deadlineMs = deadlineMs;
  }

  now(): number {
    return Date.parse('2026-01-01T00:00:00Z');
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms !== this.deadlineMs) {
      this.waits.push(ms);
      return Promise.resolve();
    }
    if (this.expireDeadlines) return Promise.resolve();
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => {
        reject(new Error('the wait was ended'));
      }),
    );
  }
}

const setUp = (
  answer: (asked: Asked, signal: AbortSignal) => Answer | Promise<Answer>,
  options: Partial<IndexClientOptions> = {},
) => {
  const asked: Asked[] = [];
  const clock = new FakeClock(30_000);
  const client = new IndexClient({
    indexes: [{ url: 'https://one.example/simple' }],
    clock,
    transport: {
      async get(url, headers, signal) {
        asked.push({ url, headers });
        const {
          status = 200,
          headers: given = {},
          text = '',
          chunks,
        } = await answer({ url, headers }, signal);
        const parts = chunks ?? [Buffer.from(text)];
        return {
          status,
          headers: given,
          body: (async function* () {
            for (const part of parts) yield await Promise.resolve(part);
          })(),
        };
      },
    },
    ...options,
  });
  return { client, asked, clock };
};

const filenames = async (client: IndexClient, name = 'foo'): Promise<string[] | null> => {
  const listing = await client.findProject(name);
  return listing.found ? listing.files.map(({ filename }) => filename) : null;
};

describe('the index client', () => {
  it('asks for JSON first, under the normalized name, and once', async () => {
    const { client, asked } = setUp(() => json(['foo_bar-1.0.tar.gz']));
    await Promise.all([client.findProject('Foo.Bar'), client.findProject('foo_bar')]);
    expect(asked.map(({ url }) => url)).toEqual(['https://one.example/simple/foo-bar/']);
    expect(asked[0]?.headers['accept']).toMatch(/^application\/vnd\.pypi\.simple\.v1\+json, .*text\/html;q=/);
  });

  it('reads HTML where the index has no JSON', async () => {
    const html = {
      headers: { 'content-type': 'text/html; charset=utf-8' },
      text: '<a href="foo-1.0.tar.gz">x</a>',
    };
    expect(await filenames(setUp(() => html).client)).toEqual(['foo-1.0.tar.gz']);
  });

  it('takes a project from the first index that has it, and from no other', async () => {
    const indexes = ['one', 'two', 'three'].map((name) => ({ url: `https://${name}.example/simple/` }));
    const { client, asked } = setUp(
      ({ url }) =>
        url.startsWith('https://one') ? { status: 404 } : json([`foo-${url.includes('two') ? 2 : 3}.tar.gz`]),
      { indexes },
    );
    expect(await filenames(client)).toEqual(['foo-2.tar.gz']);
    expect(asked).toHaveLength(2);
    expect([client.indexUrl, client.extraIndexUrls.length]).toEqual(['https://one.example/simple/', 2]);
  });

  it('does not fall through to the next index when a trusted one fails', async () => {
    const indexes = [{ url: 'https://one.example/' }, { url: 'https://two.example/' }];
    const { client } = setUp(({ url }) => (url.includes('one') ? { status: 500 } : json(['foo-1.tar.gz'])), {
      indexes,
    });
    await expect(client.findProject('foo')).rejects.toMatchObject({
      code: 'PLAN_INDEX_UNREACHABLE',
      problem: 'status',
    });
  });

  it('answers a project that nobody has as a value', async () => {
    const { client } = setUp(() => ({ status: 404 }));
    expect(await client.findProject('Foo')).toEqual({ found: false, normalizedName: 'foo' });
  });

  it('sends credentials to their index only, and shows them nowhere', async () => {
    const { client, asked } = setUp(
      ({ url }) =>
        url.startsWith('https://one')
          ? { status: 302, headers: { location: 'https://other.example/foo/' } }
          : { status: 403 },
      { indexes: [{ url: 'https://user:hunter%402@one.example/simple?token=hunter2' }] },
    );
    const error: unknown = await client.findProject('foo').catch((reason: unknown) => reason);
    expect(asked.map(({ headers }) => headers['authorization'])).toEqual([
      `Basic ${Buffer.from('user:hunter@2').toString('base64')}`,
      undefined,
    ]);
    expect(error).toMatchObject({ problem: 'refused' });
    expect(`${String(error)} ${JSON.stringify(error)} ${client.indexUrl}`).not.toContain('hunter');
  });

  it('waits as Retry-After says, in seconds or as a date, and tries again', async () => {
    const after = ['7', 'Thu, 01 Jan 2026 00:00:09 GMT'];
    const { client, clock } = setUp(() => {
      const retryAfter = after.shift();
      return retryAfter === undefined
        ? json(['foo-1.tar.gz'])
        : { status: 429, headers: { 'retry-after': retryAfter } };
    });
    expect(await filenames(client)).toEqual(['foo-1.tar.gz']);
    expect(clock.waits).toEqual([7000, 9000]);
  });

  it('does not wait longer than its bound', async () => {
    const { client, clock } = setUp(() => ({ status: 503, headers: { 'retry-after': '86400' } }));
    await expect(client.findProject('foo')).rejects.toMatchObject({ problem: 'status' });
    expect(clock.waits).toEqual([]);
  });

  it('gives up after its tries, keeps the cause, and asks anew the next time', async () => {
    let broken = true;
    const { client, asked } = setUp(() => {
      if (broken) throw new Error('ECONNRESET');
      return json(['foo-1.tar.gz']);
    });
    await expect(client.findProject('foo')).rejects.toMatchObject({
      problem: 'network',
      cause: { message: 'ECONNRESET' },
    });
    expect(asked).toHaveLength(3);
    broken = false;
    expect(await filenames(client)).toEqual(['foo-1.tar.gz']);
  });

  it('ends a request that never answers', async () => {
    const { client, clock } = setUp(
      (_, signal) =>
        new Promise((_resolve, reject) => {
          const end = (): void => reject(new Error('aborted'));
          if (signal.aborted) end();
          else signal.addEventListener('abort', end);
        }),
      { maxAttempts: 1 },
    );
    clock.expireDeadlines = true;
    await expect(client.findProject('foo')).rejects.toMatchObject({ problem: 'timeout' });
  });

  it('ends at once with the reason of its signal', async () => {
    const { client, asked } = setUp(() => json([]));
    const reason = new Error('enough');
    await expect(client.findProject('foo', AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(asked).toEqual([]);
  });

  it.each([
    ['announced', { headers: { 'content-length': '5000' } }],
    ['sent', { chunks: Array.from({ length: 50 }, () => new Uint8Array(100)) }],
  ])('refuses a page whose length, %s, is beyond the bound', async (_, answer) => {
    const { client } = setUp(() => answer, { maxBodyBytes: 1000 });
    await expect(client.findProject('foo')).rejects.toMatchObject({ problem: 'too_large' });
  });

  it.each([
    ['to itself', 'https://one.example/simple/foo/', /circle/],
    ['ever on', 'next/', /circle/],
    ['to plain http', 'http://one.example/simple/foo/', /not https/],
    ['to a file', 'file:///etc/passwd', /not https/],
    ['nowhere', 'https://[', /without saying where/],
  ])('refuses a redirect %s', async (_, location, message) => {
    const { client } = setUp(() => ({ status: 301, headers: { location } }));
    await expect(client.findProject('foo')).rejects.toThrow(message);
  });

  it('refuses what is no index page', async () => {
    for (const type of ['text/html', 'application/vnd.pypi.simple.v1+json', 'image/png']) {
      const { client } = setUp(() => ({ headers: { 'content-type': type }, text: '<h1>Welcome</h1>' }));
      await expect(client.findProject('foo')).rejects.toMatchObject({ problem: 'not_an_index' });
    }
  });

  it('has no more requests under way than it may', async () => {
    let running = 0;
    let most = 0;
    const { client } = setUp(
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return json([]);
      },
      { maxConcurrency: 3 },
    );
    await Promise.all(Array.from({ length: 20 }, (_, at) => client.findProject(`p${at}`)));
    expect(most).toBe(3);
  });

  it('leaves out what was uploaded later, and says what that was', async () => {
    const file = (version: string, day: string | null) => ({
      filename: `foo-${version}.tar.gz`,
      url: 'foo.tar.gz',
      ...(day === null ? {} : { 'upload-time': `2026-01-${day}T00:00:00Z` }),
    });
    const files = [file('1', '01'), file('2', '03'), file('3', null)];
    const page = { ...json([]), text: JSON.stringify({ meta: { 'api-version': '1.1' }, files }) };
    const { client } = setUp(() => page, { excludeNewer: '2026-01-02T00:00:00Z' });
    expect(await client.findProject('foo')).toMatchObject({
      files: [{ filename: 'foo-1.tar.gz' }],
      newerFiles: [{ filename: 'foo-2.tar.gz' }, { filename: 'foo-3.tar.gz' }],
      hasUploadTimes: true,
    });
    expect(() => setUp(() => page, { excludeNewer: 'soon' })).toThrow(/RFC 3339/);
  });

  it('waits a random part of a wait that doubles', async () => {
    const parts = [0.5, 0.25];
    const { client, clock } = setUp(() => ({ status: 502 }), { random: () => parts.shift() ?? 0 });
    await expect(client.findProject('foo')).rejects.toMatchObject({ problem: 'status' });
    expect(clock.waits).toEqual([250, 250]);
  });

  it('does not let one host take the places of another', async () => {
    const running = new Map<string, number>();
    let most = 0;
    const { client } = setUp(
      async ({ url }) => {
        const { host } = new URL(url);
        running.set(host, (running.get(host) ?? 0) + 1);
        most = Math.max(most, running.get(host) ?? 0);
        await new Promise((resolve) => setImmediate(resolve));
        running.set(host, (running.get(host) ?? 0) - 1);
        return host.startsWith('one') ? { status: 404 } : json([]);
      },
      {
        maxConcurrency: 4,
        maxConcurrencyPerHost: 2,
        indexes: [{ url: 'https://one.example/' }, { url: 'https://two.example/' }],
      },
    );
    await Promise.all(Array.from({ length: 20 }, (_, at) => client.findProject(`p${at}`)));
    expect(most).toBe(2);
  });

  it('refuses an index that is not an http address', () => {
    expect(() => setUp(() => json([]), { indexes: [{ url: 'file:///simple' }] })).toThrow(/http/);
  });
});

describe('redactUrl', () => {
  it.each([
    ['https://user:pw@h.example/simple/', 'https://***@h.example/simple/'],
    ['https://h.example/simple/?token=pw#pw', 'https://h.example/simple/?***'],
    ['https://h.example/simple/', 'https://h.example/simple/'],
    ['//user:pw@h.example', '//***@h.example'],
    ['https://us@er:pw@h.example/a@b', 'https://***@h.example/a@b'],
  ])('%s', (url, redacted) => {
    expect(redactUrl(url)).toBe(redacted);
  });
});
