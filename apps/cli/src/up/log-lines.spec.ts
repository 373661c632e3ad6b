import { expect, it } from 'vitest';
import { toReadableLine } from './log-lines.ts';

it('shows a log entry as a sentence and other lines as they are', () => {
  const entry = {
    level: 'warn',
    time: '2026-01-01T10:20:30.123Z',
    service: 'worker',
    msg: 'the disk is full',
    free: 3,
    job_id: 'job_1',
  };
  expect(toReadableLine(JSON.stringify(entry))).toBe('10:20:30 warn  the disk is full free=3 job_id=job_1');
  expect(toReadableLine('plain \u001b[31mtext')).toBe('plain text');
  expect(toReadableLine('{broken')).toBe('{broken');
  expect(toReadableLine('{"a":1}')).toBe('{"a":1}');
});
