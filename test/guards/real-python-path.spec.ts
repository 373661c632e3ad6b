import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const { withRealPython } = (await import(
  new URL('../../scripts/real-python-path.mjs', import.meta.url).href
)) as { withRealPython: (path: string) => string };

describe('the path of the tests', () => {
  const interpreter = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).trim();
  const scripts = mkdtempSync(join(tmpdir(), 'ironwheel-python-'));
  writeFileSync(join(scripts, 'python3'), `#!/bin/sh\nexec "${interpreter}" "$@"\n`, { mode: 0o755 });
  afterAll(() => rmSync(scripts, { recursive: true, force: true }));

  it('has the interpreter before a script that only leads to it; all else keeps its place', () => {
    expect(withRealPython(`/first:${scripts}:/last`)).toBe(`/first:${dirname(interpreter)}:${scripts}:/last`);
  });

  it.each([`${dirname(interpreter)}:/last`, '/nowhere'])('stays as it is otherwise: %s', (path) => {
    expect(withRealPython(path)).toBe(path);
  });
});
