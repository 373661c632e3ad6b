import { dirname, join, normalize } from 'node:path/posix';
import ts from 'typescript';
import { filesEndingIn, readText, repositoryFiles } from './repository-files.ts';

/** One import statement, as a plain walk over the files sees it; nothing here knows of ESLint. */
export interface ImportEdge {
  readonly from: string;
  /** Path of the imported file of this repository; undefined for a package or a module of Node. */
  readonly to: string | undefined;
  /** As written. */
  readonly source: string;
}

const known = new Set(repositoryFiles);

/** Where an import of this repository leads; undefined for packages. Throws when it leads nowhere. */
const resolveImport = (from: string, source: string): string | undefined => {
  if (source.startsWith('.')) {
    const path = normalize(join(dirname(from), source));
    return known.has(path) ? path : `missing:${path}`;
  }
  const plugin = /^@ironwheel\/plugin-(?!kit(?:$|\/))(.+)$/.exec(source);
  if (plugin?.[1] !== undefined) return `plugins/${plugin[1]}/src/index.ts`;
  if (source === '@ironwheel/plugin-kit/suites') return 'libs/plugin-kit/src/suites/index.ts';
  const library = /^@ironwheel\/(.+)$/.exec(source);
  return library?.[1] === undefined ? undefined : `libs/${library[1]}/src/index.ts`;
};

export const isSpec = (path: string): boolean =>
  /\.spec\.tsx?$/.test(path) ||
  /^(?:apps\/[^/]+\/)?test\//.test(path) ||
  path.startsWith('libs/plugin-kit/src/suites/');

/** Every import, export-from and dynamic import of the TypeScript files in apps, libs and plugins. */
export const importEdges = (): ImportEdge[] =>
  filesEndingIn('.ts', '.tsx')
    .filter((path) => /^(?:apps|libs|plugins)\//.test(path))
    .flatMap((from) => {
      const text = readText(from);
      return (
        ts
          .preProcessFile(text, true, true)
          // `declare module '…'` adds to a type of that module, as the events do; it is no import.
          .importedFiles.filter(({ fileName }) => !text.includes(`declare module '${fileName}'`))
          .map(({ fileName: source }) => ({ from, source, to: resolveImport(from, source) }))
      );
    });

/** The room that a file stands in: a library, a plugin, a feature or platform folder, a folder of an app. */
export const roomOf = (path: string): string => {
  const parts = path.split('/');
  if (parts[0] === 'libs' || parts[0] === 'plugins') return parts.slice(0, 2).join('/');
  if (parts[0] !== 'apps') return parts[0] ?? path;
  const inner = parts.slice(3, -1);
  if (parts[1] === 'controller') {
    const depth = inner[0] === 'package-index' || inner[0] === 'platform' ? 1 : 2;
    return inner.length === 0 ? 'apps/controller' : `apps/controller/${inner.slice(0, depth).join('/')}`;
  }
  return `apps/${parts[1] ?? ''}`;
};

/** Groups of rooms that reach each other in a circle: Tarjan's strongly connected components of more than one. */
export const findCycles = (edges: Iterable<readonly [string, string]>): string[][] => {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of edges) {
    if (from === to) continue;
    next.set(from, (next.get(from) ?? new Set()).add(to));
  }
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (room: string): number => {
    const own = index.size;
    index.set(room, own);
    low.set(room, own);
    stack.push(room);
    for (const other of next.get(room) ?? []) {
      const reached = index.has(other)
        ? stack.includes(other)
          ? (index.get(other) ?? own)
          : own
        : visit(other);
      low.set(room, Math.min(low.get(room) ?? own, reached));
    }
    if (low.get(room) === own) {
      const members = stack.splice(stack.indexOf(room));
      if (members.length > 1) cycles.push(members.sort());
    }
    return low.get(room) ?? own;
  };
  for (const room of next.keys()) if (!index.has(room)) visit(room);
  return cycles;
};
