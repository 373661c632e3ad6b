import { describe, expect, it } from 'vitest';
import { isSaneCorrelationId, runWithCorrelation } from './correlation.ts';
import { createLogger } from './logger.ts';
import { redact } from './redact.ts';

function capture(pretty = false) {
  const lines: string[] = [];
  const logger = createLogger({
    service: 'test',
    level: 'debug',
    pretty,
    write: (line) => void lines.push(line),
  });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('the logger', () => {
  it('writes a sentence, fields, and those of its parents', () => {
    const { logger, last } = capture();
    logger.child({ component: 'queue' }).info('a job was claimed', { job_id: 'job_1' });
    expect(last()).toMatchObject({
      level: 'info',
      service: 'test',
      component: 'queue',
      job_id: 'job_1',
      msg: 'a job was claimed',
    });
  });

  it('adds the correlation id of the running work, across awaits', async () => {
    const { logger, last } = capture();
    await runWithCorrelation('corr-1234', async () => {
      await Promise.resolve();
      logger.info('inside');
    });
    expect(last()['correlation_id']).toBe('corr-1234');
    logger.info('outside');
    expect(last()['correlation_id']).toBeUndefined();
  });

  it('tells errors with their causes', () => {
    const { logger, last } = capture();
    logger.error('failed', { error: new Error('outer', { cause: new Error('inner') }) });
    expect(JSON.stringify(last()['error'])).toMatch(/outer.*inner/);
  });

  it('redacts in the sink, in fields of any depth, messages and errors', () => {
    const secret = 'iw_' + 'a'.repeat(43);
    const { logger, lines } = capture();
    logger.info('x', {
      deep: { list: [{ authorization: 'Bearer abcdefgh' }] },
      cookie: 'iw_session=abc',
      token: 'plain',
    });
    logger.info(`GET /api/worker/trigger?token=plainsecret&x=1`, { url: 'http://user:pass@host/x' });
    logger.error('failed', { error: new Error(`refused ${secret} for /install/abcDEF123`) });
    const text = lines.join('\n');
    for (const leak of [
      'abcdefgh',
      'iw_session=abc',
      '"plain"',
      'plainsecret',
      'user:pass',
      secret,
      'abcDEF123',
    ]) {
      expect(text).not.toContain(leak);
    }
    expect(text).toContain('x=1');
  });

  it('writes lines for people on a terminal', () => {
    const { logger, lines } = capture(true);
    logger.warn('watch out', { job_id: 'job_1' });
    expect(lines[0]).toMatch(/WARN.*watch out.*job_id=job_1/);
  });
});

describe('redact', () => {
  it.each([
    ['Authorization: Bearer iw_secretsecret', 'iw_secretsecret'],
    ['Authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['{"token":"s3cret \\" quoted"}', 's3cret'],
    ['"{\\"attempt_token\\":\\"inner\\"}"', 'inner'],
    ['iwa_0198c1de-0000-7000-8000-000000000000.7.c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
    ['eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ3cmsifQ.c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
    ['postgres://ironwheel:hunter2@localhost/db', 'hunter2'],
    ['redis://:hunter2@localhost', 'hunter2'],
    ['worker_token=hunter2; Path=/', 'hunter2'],
    ['{"set-cookie":["a=hunter2","b=2"]}', 'hunter2'],
    ['https://bucket/x?X-Amz-Signature=hunter2&y=1', 'hunter2'],
  ])('%s', (text, secret) => expect(redact(text)).not.toContain(secret));

  it('leaves what is no secret', () => {
    const text = '{"token_id":"tok_1","route":"/api/tokens/:id","author":"https://index.example/simple/"}';
    expect(redact(text)).toBe(text);
  });

  it('is quick on a long line made to be slow', () => {
    const line = `{"token":"${'\\\\'.repeat(200_000)}` + '?token='.repeat(20_000) + 'a://'.repeat(20_000);
    expect(redact(line).length).toBeGreaterThan(0);
  });
});

it.each([
  ['request-1', true],
  ['a'.repeat(101), false],
  ['short', false],
  ['with space 1', false],
  ['new\nline-1', false],
])('correlation id %j sane: %s', (text, expected) => expect(isSaneCorrelationId(text)).toBe(expected));
