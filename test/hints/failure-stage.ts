import type { FailureCase } from './failure-cases.ts';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../guards/repository-files.ts';

const pyproject = (name: string): string => `[build-system]
requires = []
build-backend = "failing_backend"
backend-path = ["_failing", "_backend"]

[project]
name = "${name}"
version = "1.0"
description = "A package that does not build everywhere"
license = { text = "Apache-2.0" }
`;

const write = (directory: string, path: string, content: string): void => {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
};

/** What of a case is in its sdist. */
export type FailingSource = Pick<FailureCase, 'name' | 'files' | 'commands' | 'sources'>;

/** Writes the source tree of a case; returns its directory. */
function writeTree({ name, files = {}, commands = [], sources = [] }: FailingSource, root: string): string {
  const directory = join(root, 'trees', name);
  const packageName = name.replaceAll('-', '_');
  const settings = {
    name,
    version: '1.0',
    summary: 'A package that does not build everywhere',
    package: packageName,
    extensions: sources.length > 0 ? { _part: sources } : {},
    commands,
  };
  const backend = readFileSync(join(repositoryRoot, 'test/hints/backend/failing_backend.py'), 'utf8');
  write(directory, 'sample.json', JSON.stringify(settings));
  write(directory, '_failing/failing_backend.py', backend);
  write(
    directory,
    `${packageName}/__init__.py`,
    sources.length > 0 ? 'from ._part import answer\n' : 'ANSWER = 42\n',
  );
  write(directory, 'pyproject.toml', pyproject(name));
  for (const [path, content] of Object.entries(files)) write(directory, path, content);
  return directory;
}

/** Makes the sdists of the cases; returns their directory. */
export function makeFailingSdists(cases: readonly FailingSource[], root: string): string {
  const directory = join(root, 'sdists');
  const trees = cases.map((one) => writeTree(one, root));
  execFileSync('python3', [join(repositoryRoot, 'samples/make-sdists.py'), directory, ...trees]);
  return directory;
}
