import { dirname } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { findCycles, type ImportEdge, importEdges, isSpec, roomOf } from './import-graph.ts';

/** The import law a second time, without ESLint: a change of the lint configuration cannot quietly lift it. */
const written = importEdges().filter((edge) => !isSpec(edge.from));
const leadsNowhere = (edge: ImportEdge): boolean => edge.to?.startsWith('missing:') === true;
const edges = written.filter((edge) => !leadsNowhere(edge));
const inside = (path: string, ...folders: string[]): boolean =>
  folders.some((folder) => path.startsWith(`${folder}/`));
const broken = (
  rule: (edge: { from: string; to: string | undefined; source: string }) => boolean,
): string[] => edges.filter(rule).map((edge) => `${edge.from} → ${edge.source}`);

const controller = 'apps/controller/src';
const groups = ['platform', 'fleet', 'work', 'governance', 'operations'] as const;
const rankOf = (path: string): number => groups.findIndex((group) => inside(path, `${controller}/${group}`));

/** Which libraries and folders each may import, besides itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'libs/contracts': [],
  'libs/packaging': [],
  'libs/decisions': [],
  'libs/config': [],
  'libs/logging': [],
  'libs/resolver': ['libs/packaging', 'libs/contracts'],
  'libs/plugin-kit': ['libs/contracts', 'libs/packaging'],
  'apps/cli': [
    'libs/contracts',
    'libs/config',
    'libs/logging',
    'libs/packaging',
    'libs/resolver',
    'package.json',
  ],
  'apps/engine-room': ['libs/contracts'],
};
const packages: Readonly<Record<string, RegExp>> = {
  'libs/contracts': /^zod$/,
  'libs/packaging': /^$/,
  'libs/decisions': /^$/,
  'libs/plugin-kit': /^(?:zod|node:.+)$/,
  // It runs in a browser.
  'apps/engine-room': /^(?!node:)/,
};

describe('the import law, by a walk over the files', () => {
  it('reads the imports of the whole product', () => {
    expect(edges.length).toBeGreaterThan(300);
    expect(edges.filter((edge) => edge.to?.startsWith('libs/')).length).toBeGreaterThan(50);
  });

  it.each(Object.entries(allowed))('%s imports only what it may', (room, others) => {
    expect(
      broken(
        ({ from, to }) => inside(from, room) && to !== undefined && ![room, ...others].includes(roomOf(to)),
      ),
    ).toEqual([]);
  });

  it.each(Object.entries(packages))('%s imports only the packages that it may', (room, pattern) => {
    expect(
      broken(({ from, to, source }) => inside(from, room) && to === undefined && !pattern.test(source)),
    ).toEqual([]);
  });

  it('a plugin imports no other plugin, no app, and only the libraries made for plugins', () => {
    const open = ['libs/plugin-kit', 'libs/packaging', 'libs/config', 'libs/logging'];
    expect(
      broken(
        ({ from, to }) =>
          inside(from, 'plugins') && to !== undefined && ![roomOf(from), ...open].includes(roomOf(to)),
      ),
    ).toEqual([]);
  });

  it('a library and a plugin are imported by their index only', () => {
    expect(
      broken(
        ({ from, to }) =>
          to !== undefined &&
          inside(to, 'libs', 'plugins') &&
          roomOf(from) !== roomOf(to) &&
          !/^(?:libs|plugins)\/[^/]+\/src\/index\.ts$/.test(to),
      ),
    ).toEqual([]);
  });

  it('no app imports another', () => {
    const appOf = (path: string): string => path.split('/').slice(0, 2).join('/');
    expect(
      broken(
        ({ from, to }) =>
          inside(from, 'apps') && to !== undefined && inside(to, 'apps') && appOf(from) !== appOf(to),
      ),
    ).toEqual([]);
  });

  it('the groups of the controller look down and never up', () => {
    expect(
      broken(({ from, to }) => rankOf(from) >= 0 && to !== undefined && rankOf(to) > rankOf(from)),
    ).toEqual([]);
  });

  it('a feature of the controller imports another only through its index', () => {
    const feature = new RegExp(`^${controller}/(?:platform|(?:fleet|work|governance|operations)/[^/]+)/`);
    const doorOf = (path: string): string => feature.exec(path)?.[0] ?? '';
    expect(
      broken(
        ({ from, to }) =>
          to !== undefined &&
          inside(from, controller) &&
          // The composition roots wire what is theirs: main.ts the platform, a group's module its own features.
          !(to.startsWith(`${dirname(from)}/`) && /(?:\.module|main|index)\.ts$/.test(from)) &&
          doorOf(to) !== '' &&
          doorOf(from) !== doorOf(to) &&
          to !== `${doorOf(to)}index.ts`,
      ),
    ).toEqual([]);
  });

  it('product code imports no test harness', () => {
    expect(
      broken(
        ({ from, to }) =>
          to !== undefined &&
          !inside(from, 'libs/testing') &&
          (inside(to, 'libs/testing', 'test') || isSpec(to)),
      ),
    ).toEqual([]);
  });

  it('every relative import leads to a file that git keeps', () => {
    expect(written.filter(leadsNowhere).map(({ from, source }) => `${from} → ${source}`)).toEqual([]);
  });

  it('no rooms import each other in a circle', () => {
    const product = edges.filter((edge) => !inside(edge.from, 'libs/testing'));
    const rooms = product.flatMap(({ from, to }) =>
      to === undefined ? [] : [[roomOf(from), roomOf(to)] as const],
    );
    expect(findCycles(rooms)).toEqual([]);
  });

  it('finds a circle when there is one', () => {
    expect(
      findCycles([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
        ['c', 'd'],
      ]),
    ).toEqual([['a', 'b', 'c']]);
  });
});
