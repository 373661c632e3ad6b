import { createTarget } from '@ironwheel/packaging';
import { describe, expect, it } from 'vitest';
import { InputInvalidError } from './input-error.ts';
import { readLock } from './read-lock.ts';
import { readText } from './read-text.ts';

const target = createTarget({ pythonVersion: '3.12', platformTag: 'manylinux_2_28_s390x' });

/** Of so many packages that it is read in a thread. */
const createLock = (packages: number): string => {
  const chain = Array.from({ length: packages }, (_, at) => {
    const needs = at + 1 < packages ? `dependencies = [{ name = "pkg${at + 1}" }]\n` : '';
    const file = `{ url = "https://files.test/pkg${at}-1.0.tar.gz", hash = "sha256:${'a'.repeat(64)}", size = 5 }`;
    return `[[package]]\nname = "pkg${at}"\nversion = "1.0"\nsource = { registry = "https://index.test/simple" }\n${needs}sdist = ${file}\n`;
  });
  const project =
    '[[package]]\nname = "app"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "pkg0" }]\n';
  return ['version = 1\nrequires-python = ">=3.12"\n', project, ...chain].join('\n');
};
const large = createLock(3000);
const options = { target };

describe('a large text input', () => {
  it('is read to the same as a small one, while timers go on', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const lock = await readText('readLock', ['uv_lock', large, 'uv.lock', options]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(lock.packages).toHaveLength(3000);
    expect(lock).toEqual(readLock('uv_lock', large, 'uv.lock', options));
  });

  it('is refused with its file and line, as a small one is', async () => {
    const reading = readText('checkTextInput', ['uv_lock', `${large}\nbroken = "`, 'uv.lock']);
    await expect(reading).rejects.toThrow(/^uv\.lock:\d{5}:\d+: it is not TOML/);
    await expect(reading).rejects.toBeInstanceOf(InputInvalidError);
  });

  it('ends with the plan that it is read for, also while it waits for its turn', async () => {
    const stop = new AbortController();
    const readings = Array.from({ length: 5 }, () =>
      readText('readLock', ['uv_lock', large, 'uv.lock', options], { signal: stop.signal }),
    );
    const reason = new Error('enough');
    stop.abort(reason);
    const outcomes = await Promise.allSettled(readings);
    expect(outcomes).toEqual(readings.map(() => ({ status: 'rejected', reason })));
  });

  it('is given up when it takes too long, and the next is read', async () => {
    await expect(
      readText('readLock', ['uv_lock', large, 'uv.lock', options], { timeoutMs: 1 }),
    ).rejects.toThrow('uv.lock: reading it took more than 1 ms.');
    expect(await readText('checkTextInput', ['uv_lock', large, 'uv.lock'])).toEqual([]);
  });
});
