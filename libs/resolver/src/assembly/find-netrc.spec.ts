import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNetrc } from './find-netrc.ts';

describe('findNetrc', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'netrc-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  const text = 'machine index.example login me password hunter2\n';
  const read = async (path: string | null) => {
    const warnings: string[] = [];
    const netrc = await findNetrc({
      path,
      home,
      warn: (sentence, { error }) =>
        warnings.push(error instanceof Error ? `${sentence} ${error.message}` : sentence),
    });
    return { logins: netrc === null ? null : [...netrc.machines.values()], warnings };
  };
  const login = { login: 'me', password: 'hunter2' };

  it("takes the home's own file, if there is one", async () => {
    expect(await read(null)).toEqual({ logins: null, warnings: [] });
    await writeFile(join(home, '.netrc'), text, { mode: 0o600 });
    expect(await read(null)).toEqual({ logins: [login], warnings: [] });
  });

  it("does not use a home's file that others may read, and says so", async () => {
    await writeFile(join(home, '.netrc'), text, { mode: 0o644 });
    expect(await read(null)).toEqual({ logins: null, warnings: [expect.stringMatching(/others may read/)] });
  });

  it('uses a file that was named, with a warning where others may read it', async () => {
    await writeFile(join(home, 'mounted'), text, { mode: 0o644 });
    expect(await read(join(home, 'mounted'))).toEqual({
      logins: [login],
      warnings: [expect.stringMatching(/others may read/)],
    });
  });

  it('warns of a named file that is missing or is none, and not of its words', async () => {
    expect((await read(join(home, 'missing'))).warnings).toHaveLength(1);
    await writeFile(join(home, 'odd'), 'machine a login hunter2 hunter2', { mode: 0o600 });
    const { logins, warnings } = await read(join(home, 'odd'));
    expect([logins, warnings.length]).toEqual([null, 1]);
    expect(warnings.join()).toMatch(/line 1/);
    expect(warnings.join()).not.toContain('hunter2');
  });
});
