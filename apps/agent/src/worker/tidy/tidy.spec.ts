import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@ironwheel/logging';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeLeftovers } from './remove-leftovers.ts';

describe('what attempts left behind', () => {
  let attemptsDirectory: string;
  beforeEach(() => void (attemptsDirectory = mkdtempSync(join(tmpdir(), 'iw-tidy-'))));
  afterEach(() => rmSync(attemptsDirectory, { recursive: true, force: true }));

  const plant = (attemptId: string, options: { readonly old: boolean; readonly record?: string }): string => {
    const directory = join(attemptsDirectory, attemptId);
    mkdirSync(join(directory, 'work'), { recursive: true });
    writeFileSync(join(directory, 'work', 'left'), 'x');
    if (options.record !== undefined) writeFileSync(join(directory, 'attempt.json'), options.record);
    if (options.old) utimesSync(directory, 1000, 1000);
    return directory;
  };

  it('goes when nobody knows it and it is old; what is known or young stays', async () => {
    const [left, known, young] = [
      plant('att_left', { old: true, record: 'torn' }),
      plant('att_known', { old: true }),
      plant('att_young', { old: false }),
    ];
    const remove = () =>
      removeLeftovers({
        attemptsDirectory,
        isKnown: (attemptId) => attemptId === 'att_known',
        minAgeMs: 60_000,
        logger: createLogger({ service: 'test', level: 'silent' }),
      });
    expect(await remove()).toBe(1);
    expect([left, known, young].map((directory) => existsSync(directory))).toEqual([false, true, true]);
    expect(await remove()).toBe(0);
  });
});
