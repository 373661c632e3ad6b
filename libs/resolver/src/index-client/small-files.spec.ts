import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSmallFile, writeSmallFile, type DiskAccess } from './small-files.ts';

describe.each<DiskAccess>(['threads', 'at-once'])('small files, %s', (access) => {
  let directory = '';
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'ironwheel-small-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const parts = [Buffer.from('one '), Buffer.from('two')];

  it('are read as they were written, with their times, in a folder that is made for them', async () => {
    const path = join(directory, 'ab', 'file');
    const times = { usedAt: new Date(2_000_000_000), madeAt: new Date(1_000_000_000) };
    await writeSmallFile({ path, temporary: `${path}.part`, parts, times }, access);
    const read = await readSmallFile(path, 100, access);
    expect(read?.bytes.toString()).toBe('one two');
    expect(read?.stats.mtimeMs).toBe(1_000_000_000);
    expect(readdirSync(join(directory, 'ab'))).toEqual(['file']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('are not read beyond a bound, and throw what the system says', async () => {
    const path = join(directory, 'file');
    await writeSmallFile({ path, temporary: `${path}.part`, parts }, access);
    expect(await readSmallFile(path, 6, access)).toBeNull();
    expect(await readSmallFile(join(directory, 'none'), 6, access)).toBeNull();
    expect(await readSmallFile(join(path, 'below'), 6, access)).toBeNull();
    await expect(readSmallFile(join(directory, 'n'.repeat(300)), 6, access)).rejects.toMatchObject({
      code: 'ENAMETOOLONG',
    });
    await expect(
      writeSmallFile({ path: join(path, 'below'), temporary: join(path, 'part'), parts }, access),
    ).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('leave nothing beside when they cannot get their name', async () => {
    const path = join(directory, 'taken');
    await writeSmallFile({ path: join(path, 'inside'), temporary: join(path, 'part'), parts }, access);
    await expect(
      writeSmallFile({ path, temporary: join(directory, 'part'), parts }, access),
    ).rejects.toThrow();
    expect(readdirSync(directory)).toEqual(['taken']);
  });
});
