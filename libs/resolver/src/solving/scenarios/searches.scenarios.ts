import { type Scenario } from './scenario.ts';
import { testLimits, type Universe } from './universe.ts';

const leaf = { '1.0': '' };
const two = { '1.0': '', '2.0': '' };

const releases = (count: number, requires: (at: number) => string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at + 1}.0`, requires(at + 1)]));

const chain = (length: number): Universe =>
  Object.fromEntries(
    Array.from({ length }, (_, at) => [`p${at}`, { '1.0': at + 1 < length ? `p${at + 1}` : '' }]),
  );

export const searchScenarios: readonly Scenario[] = [
  {
    title: 'a circle of two',
    packages: { a: { '1.0': 'b' }, b: { '1.0': 'a' } },
    ask: ['a'],
    expect: 'a==1.0 b==1.0',
  },
  {
    title: 'a circle of three with versions',
    packages: {
      a: { '1.0': 'b', '2.0': 'b>=2' },
      b: { '1.0': 'c', '2.0': 'c' },
      c: { '1.0': 'a<2', '2.0': 'a<2' },
    },
    ask: ['a'],
    expect: 'a==1.0 b==2.0 c==2.0',
  },
  { title: 'a package that requires itself', packages: { a: { '1.0': 'a' } }, ask: ['a'], expect: 'a==1.0' },
  {
    title: 'a package that requires another release of itself',
    packages: { a: { '1.0': '', '2.0': 'a<2' } },
    ask: ['a'],
    expect: 'a==1.0',
  },
  {
    title: 'a circle that contradicts itself',
    packages: { a: { '1.0': 'b' }, b: { '1.0': 'a>=2' } },
    ask: ['a<2'],
    options: { missingPolicy: 'avoid' },
    expect: { conflict: 'b 1.0 requires a>=2' },
  },
  {
    title: 'a diamond',
    packages: { a: { '1.0': 'b | c' }, b: { '1.0': 'd<2' }, c: { '1.0': 'd' }, d: two },
    ask: ['a'],
    expect: 'a==1.0 b==1.0 c==1.0 d==1.0',
  },
  {
    title: 'the first that was asked for stays newest',
    packages: { a: { '1.0': '', '2.0': 'c>=2' }, b: { '1.0': '', '2.0': 'c<2' }, c: two },
    ask: ['a', 'b'],
    expect: 'a==2.0 b==1.0 c==2.0',
  },
  {
    title: 'the order of the lines decides',
    packages: { a: { '1.0': '', '2.0': 'c>=2' }, b: { '1.0': '', '2.0': 'c<2' }, c: two },
    ask: ['b', 'a'],
    expect: 'a==1.0 b==2.0 c==1.0',
  },
  {
    title: 'back over a package that has nothing to do with it',
    packages: {
      a: { '1.0': '', '2.0': 'z<2' },
      m: releases(40, () => 'n'),
      n: releases(40, () => ''),
      y: { '1.0': 'z>=2' },
      z: two,
    },
    ask: ['a', 'm', 'y'],
    expect: 'a==1.0 m==40.0 n==40.0 y==1.0 z==2.0',
  },
  {
    title: 'many releases that all require the same in vain',
    packages: { a: releases(200, () => 'b<2'), b: two },
    ask: ['b>=2', 'a'],
    options: { missingPolicy: 'avoid' },
    expect: { conflict: 'You ask for b>=2 (requirements.txt:1), but every release of a requires b<2.' },
  },
  {
    title: 'many releases of two that must move together',
    packages: {
      a: releases(60, (at) => `b==${at}.0`),
      b: releases(60, (at) => (at > 5 ? 'c>=2' : 'c<2')),
      c: two,
    },
    ask: ['a', 'c<2'],
    expect: 'a==5.0 b==5.0 c==1.0',
  },
  {
    title: 'a ladder that ends far down',
    packages: { a: releases(100, (at) => `b>=${at}.0`), b: releases(50, () => '') },
    ask: ['a'],
    options: { missingPolicy: 'avoid' },
    expect: 'a==50.0 b==50.0',
  },
  {
    title: 'a choice with a dead end behind each newest release',
    packages: {
      a: releases(10, (at) => (at > 1 ? 'b>=2' : '')),
      b: { '1.0': '', '2.0': 'c', '3.0': 'c' },
      c: { '1.0': 'd>=9' },
      d: leaf,
    },
    ask: ['a'],
    options: { missingPolicy: 'avoid' },
    expect: 'a==1.0',
  },
  {
    title: 'partial satisfier: a version that only two bounds together rule out',
    packages: {
      a: { '1.0': '', '2.0': 'shared>=2 | target<3' },
      b: { '1.0': 'shared<3 | target>=1' },
      shared: { '1.0': '', '2.0': 'target>=2', '3.0': '' },
      target: { '1.0': '', '2.0': '', '3.0': '' },
    },
    ask: ['a', 'b'],
    expect: 'a==2.0 b==1.0 shared==2.0 target==2.0',
  },
  {
    title: 'two packages that disagree',
    packages: { l: { '1.0': 'c<2' }, r: { '1.0': 'c>=2' }, c: two },
    ask: ['l', 'r'],
    expect: {
      conflict:
        'l (requirements.txt:1) and r (requirements.txt:2) cannot be had together: l 1.0 requires c<2, but r 1.0 requires c>=2.',
    },
  },
  {
    title: 'two packages of which every release disagrees',
    packages: {
      web: { '3.0': 'core>=3,<4', '4.0': 'core>=4', '4.1': 'core>=4', '4.2': 'core>=4' },
      admin: { '1.0': 'core<3', '1.1': 'core<3' },
      core: { '1.0': '', '2.0': '', '3.0': '', '4.0': '' },
    },
    ask: ['web', 'admin'],
    expect: {
      conflict:
        'web (requirements.txt:1) and admin (requirements.txt:2) cannot be had together: every release of web requires core>=3,<4 or core>=4, but every release of admin requires core<3.',
    },
  },
  {
    title: 'two lines that disagree',
    packages: { a: two },
    ask: ['a<2', 'a>=2'],
    expect: { conflict: 'You ask for a<2 (requirements.txt:1), but you ask for a>=2 (requirements.txt:2).' },
  },
  {
    title: 'a solution no deeper than allowed',
    packages: chain(5),
    ask: ['p0'],
    options: { limits: { ...testLimits, maxDepth: 4 } },
    expect: 'p0==1.0 p1==1.0 p2==1.0 p3==1.0 p4==1.0',
  },
  {
    title: 'limit: depth',
    packages: chain(5),
    ask: ['p0'],
    options: { limits: { ...testLimits, maxDepth: 3 } },
    expect: { limit: 'maxDepth' },
  },
  {
    title: 'limit: packages',
    packages: chain(5),
    ask: ['p0'],
    options: { limits: { ...testLimits, maxPackages: 4 } },
    expect: { limit: 'maxPackages' },
  },
  {
    title: 'limit: requirements of one release',
    packages: { a: { '1.0': 'b | c | d' }, b: leaf, c: leaf, d: leaf },
    ask: ['a'],
    options: { limits: { ...testLimits, maxRequirements: 2 } },
    expect: { limit: 'maxRequirements' },
  },
  {
    title: 'limit: steps',
    packages: chain(20),
    ask: ['p0'],
    options: { limits: { ...testLimits, maxSteps: 10 } },
    expect: { limit: 'maxSteps' },
  },
];
