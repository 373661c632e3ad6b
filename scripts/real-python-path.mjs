// The interpreter behind `python3`, first on the path.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * The `python3` of a version manager is a script that looks for the interpreter at each start, which takes longer than
 * the start itself; tests start it a thousand times. Everything else on the path keeps its place.
 * @returns {string} the given path, with the folder of the same interpreter just before that of such a script
 */
export function withRealPython(path) {
  const asked = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  const folders = path.split(delimiter);
  const place = folders.findIndex((folder) => existsSync(join(folder, 'python3')));
  const real = dirname((asked.stdout ?? '').trim());
  if (asked.status !== 0 || place === -1 || real === folders[place] || !existsSync(join(real, 'python3'))) {
    return path;
  }
  return folders.toSpliced(place, 0, real).join(delimiter);
}
