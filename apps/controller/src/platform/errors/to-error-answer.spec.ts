import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { AppError } from './app-error.ts';
import { isDatabaseUnavailable, toErrorAnswer } from './to-error-answer.ts';

const failure = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

describe('toErrorAnswer', () => {
  it('lets only an AppError choose its words and fields', () => {
    const answer = toErrorAnswer(new AppError('LOG_GAP', 'Send chunk 4.', { extra: { next_seq: 4 } }), 'c-1');
    expect(answer).toMatchObject({
      status: 409,
      isDefect: false,
      body: { error: 'LOG_GAP', detail: 'Send chunk 4.', correlation_id: 'c-1', next_seq: 4 },
    });
  });

  it('does not let extra fields take the place of the code', () => {
    const answer = toErrorAnswer(
      new AppError('LOG_GAP', 'x', { extra: { error: 'OTHER', correlation_id: 'y' } }),
      'c-1',
    );
    expect(answer.body).toMatchObject({ error: 'LOG_GAP', correlation_id: 'c-1' });
  });

  it.each([failure('password=hunter2'), 'hunter2', null, undefined, { statusCode: 200, message: 'hunter2' }])(
    'tells nothing of a defect: %s',
    (thrown) => {
      const answer = toErrorAnswer(thrown, 'c-1');
      expect(answer).toMatchObject({ status: 500, isDefect: true, body: { error: 'INTERNAL' } });
      expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    },
  );

  it('translates errors of the frameworks by their status', () => {
    expect(toErrorAnswer(new NotFoundException('secret path'), 'c').body).toMatchObject({
      error: 'ROUTE_NOT_FOUND',
    });
    expect(toErrorAnswer(failure('x', { statusCode: 413 }), 'c').body.error).toBe('REQUEST_TOO_LARGE');
    expect(toErrorAnswer(failure('x', { statusCode: 418 }), 'c')).toMatchObject({ status: 400 });
  });

  it('rounds Retry-After up, to a second at least', () => {
    const after = (retryAfterS: number) =>
      toErrorAnswer(new AppError('RATE_LIMITED', 'x', { retryAfterS }), 'c').headers;
    expect(after(0)['retry-after']).toBe('1');
    expect(after(1.2)['retry-after']).toBe('2');
  });
});

describe('isDatabaseUnavailable', () => {
  it.each([
    [failure('connect', { code: 'ECONNREFUSED', syscall: 'connect' }), true],
    [failure('connect', { code: 'ENOENT', syscall: 'connect' }), true],
    [failure('open', { code: 'ENOENT', syscall: 'open' }), false],
    [failure('terminating', { code: '57P01' }), true],
    [failure('starting up', { code: '57P03' }), true],
    [failure('duplicate', { code: '23505' }), false],
    [failure('Connection terminated unexpectedly'), true],
    [new Error('query failed', { cause: failure('x', { code: '08006' }) }), true],
    [new AggregateError([failure('connect', { code: 'ECONNREFUSED', syscall: 'connect' })]), true],
    [failure('boom'), false],
    ['57P01', false],
  ])('%s: %s', (error, expected) => expect(isDatabaseUnavailable(error)).toBe(expected));
});
