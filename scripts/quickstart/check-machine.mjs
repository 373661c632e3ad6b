import { spawnSync } from 'node:child_process';
import { Stop } from './stop.mjs';

/** Python, its venv module and a C compiler: what the machine itself must have. */
export function checkMachine() {
  const python = spawnSync(
    'python3',
    ['-c', 'import venv, ensurepip, sys; print("%d.%d" % sys.version_info[:2])'],
    {
      encoding: 'utf8',
    },
  );
  if (python.error) throw new Stop('There is no python3 on the path. Install Python 3.9 or later.');
  if (python.status !== 0) {
    throw new Stop(
      'python3 has no venv and ensurepip modules. Install them (Debian, Ubuntu: apt-get install python3-venv).',
    );
  }
  const compiler = ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (compiler === undefined) {
    throw new Stop(
      'There is no C compiler (cc, gcc or clang). Install one (Debian, Ubuntu: apt-get install gcc libc6-dev python3-dev).',
    );
  }
  return { python: python.stdout.trim(), compiler };
}
