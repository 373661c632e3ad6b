import { spawnSync } from 'node:child_process';
import { isIP } from 'node:net';

/** Standard output of a program; empty when it is not there or does not answer. */
const outputOf = (program: string, args: string[], environment = process.env): string => {
  const result = spawnSync(program, args, { encoding: 'utf8', env: environment, timeout: 60_000 });
  return result.status === 0 ? result.stdout : '';
};

/** pip's own default index and file host, asked from pip. */
const askPip = `
from pip._internal.models.index import PyPI, TestPyPI
for index in (PyPI, TestPyPI):
    print(index.url, 'https://' + index.file_storage_domain)
`;

const bare = { PATH: process.env['PATH'], HOME: '/nonexistent' };

/**
 * Host names of the package indexes that this machine knows, from the configuration of pip and npm and from their
 * defaults. They are found at run time because they may stand nowhere in the repository, this file included.
 */
export const indexHosts = (): string[] => {
  const told = [
    outputOf('python3', ['-c', askPip]),
    outputOf('python3', ['-m', 'pip', 'config', 'list']),
    outputOf('npm', ['config', 'get', 'registry']),
    outputOf(
      'npm',
      ['config', 'get', 'registry', '--userconfig=/dev/null', '--globalconfig=/dev/null'],
      bare,
    ),
    ...Object.entries(process.env).flatMap(([key, value]) =>
      /^(?:pip_.*index.*|uv_.*index.*|npm_config_registry)$/i.test(key) ? [value ?? ''] : [],
    ),
  ].join('\n');
  const names = told.match(/(?<=:\/\/(?:[^/\s'"@]*@)?)[A-Za-z0-9.-]+/g) ?? [];
  return [...new Set(names.map((name) => name.toLowerCase()))].filter(
    (name) => name.includes('.') && isIP(name) === 0,
  );
};
