// Where an import leads, for the linter's import law: the aliases of tsconfig.json, relative files, Node's modules and
// packages. Everything in this repository is imported with its suffix, so nothing has to be guessed.
const { existsSync } = require('node:fs');
const { isBuiltin } = require('node:module');
const { dirname, join, resolve } = require('node:path');

const root = resolve(__dirname, '..');

const aliased = (source) => {
  if (source === '@ironwheel/plugin-kit/suites') return 'libs/plugin-kit/src/suites/index.ts';
  const library =
    /^@ironwheel\/(contracts|packaging|resolver|decisions|plugin-kit|config|logging|testing)$/.exec(source);
  if (library) return `libs/${library[1]}/src/index.ts`;
  const plugin = /^@ironwheel\/plugin-(.+)$/.exec(source);
  return plugin ? `plugins/${plugin[1]}/src/index.ts` : undefined;
};

/** Interface of eslint-plugin-import's resolvers, version 2. */
exports.interfaceVersion = 2;
exports.resolve = (source, file) => {
  if (isBuiltin(source)) return { found: true, path: null };
  const alias = aliased(source);
  const path = alias
    ? join(root, alias)
    : source.startsWith('.')
      ? resolve(dirname(file), source)
      : undefined;
  if (path !== undefined) return existsSync(path) ? { found: true, path } : { found: false };
  const name = source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/');
  const folder = join(root, 'node_modules', name, 'package.json');
  return existsSync(folder) ? { found: true, path: folder } : { found: false };
};
