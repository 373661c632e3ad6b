import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })`;

it.each(['dist/cli/ironwheel.mjs', 'dist/controller/main.mjs', 'dist/agent/main.mjs'])(
  '%s says which Node it needs, before anything of it runs',
  (program) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, program, '--help'],
      { encoding: 'utf8' },
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^Ironwheel needs Node 24 or later/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  },
);

it('no program asks an older Node for what it does not have, which would be said first', () => {
  // Of what the oldest Node that can install Ironwheel lacks: these must not be imported by their names.
  const newer = ['enableCompileCache', 'getCACertificates'];
  const found = spawnSync(
    'grep',
    [
      '-lE',
      `import ?\\{[^}]*\\b(${newer.join('|')})\\b[^}]*\\} ?from ?"node:`,
      '-r',
      'dist/cli',
      'dist/agent',
      '--include=*.mjs',
    ],
    { encoding: 'utf8' },
  );
  expect(found.stdout).toBe('');
});
