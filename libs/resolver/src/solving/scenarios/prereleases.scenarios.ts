import { type Scenario } from './scenario.ts';

const both = { '1.0': '', '2.0rc1': '' };
const onlyPre = { '1.0a1': '', '1.0b1': '' };
const open = { allowsPrereleases: true };
const lastResort = (label: string): string =>
  `${label} is a pre-release, taken because no final release fits.`;

export const prereleaseScenarios: readonly Scenario[] = [
  {
    title: 'a final release before a newer pre-release',
    packages: { a: both },
    ask: ['a'],
    expect: 'a==1.0',
  },
  {
    title: 'a lower bound below a pre-release does not ask for it',
    packages: { a: both },
    ask: ['a>=1'],
    expect: 'a==1.0',
  },
  { title: 'named in the lower bound', packages: { a: both }, ask: ['a>=2.0rc1'], expect: 'a==2.0rc1' },
  {
    title: 'named by its development release',
    packages: { a: both },
    ask: ['a>=1.0.dev0'],
    expect: 'a==2.0rc1',
  },
  { title: 'pinned', packages: { a: both }, ask: ['a==2.0rc1'], expect: 'a==2.0rc1' },
  { title: 'pinned by its text', packages: { a: both }, ask: ['a===2.0rc1'], expect: 'a==2.0rc1' },
  {
    title: 'excluded by name is not asked for',
    packages: { a: { ...both, '2.0rc2': '' } },
    ask: ['a!=2.0rc1'],
    expect: 'a==1.0',
  },
  { title: 'nothing but pre-releases', packages: { a: onlyPre }, ask: ['a'], expect: 'a==1.0b1' },
  {
    title: 'nothing but pre-releases in the range',
    packages: { a: both },
    ask: ['a>1.0'],
    expect: 'a==2.0rc1',
  },
  {
    title: 'the candidate of an upper bound is not below it',
    packages: { a: both },
    ask: ['a<2'],
    expect: 'a==1.0',
  },
  {
    title: 'the candidate of an upper bound, pre-releases allowed',
    packages: { a: both },
    ask: ['a<2'],
    options: open,
    expect: 'a==1.0',
  },
  { title: 'allowed for everything', packages: { a: both }, ask: ['a'], options: open, expect: 'a==2.0rc1' },
  {
    title: 'allowed for everything, below too',
    packages: { a: { '1.0': 'b' }, b: both },
    ask: ['a'],
    options: open,
    expect: 'a==1.0 b==2.0rc1',
  },
  {
    title: 'asked for one, not for what it requires',
    packages: { a: { '1.0': 'b', '2.0rc1': 'b' }, b: both },
    ask: ['a>=2.0rc1'],
    expect: 'a==2.0rc1 b==1.0',
  },
  {
    title: 'named by a package',
    packages: { a: { '1.0': 'b>=2.0rc1' }, b: both },
    ask: ['a'],
    expect: 'a==1.0 b==2.0rc1',
  },
  {
    title: 'named by a package, the user wants none in particular',
    packages: { a: { '1.0': 'b==2.0rc1' }, b: both },
    ask: ['a', 'b'],
    expect: 'a==1.0 b==2.0rc1',
    notes: [lastResort('b 2.0rc1')],
  },
  {
    title: 'named by the user opens the project for everyone',
    packages: { a: { '1.0': 'b>=1' }, b: both },
    ask: ['a', 'b>=1.0a1'],
    expect: 'a==1.0 b==2.0rc1',
  },
  {
    title: 'named by a constraint',
    packages: { a: { '1.0': 'b>=1' }, b: { ...both, '3.0rc1': '' } },
    ask: ['a'],
    constraints: ['b<=2.0rc1'],
    expect: 'a==1.0 b==2.0rc1',
  },
  {
    title: 'as a last resort when finals fit only one by one',
    packages: { l: { '1.0': 'b>=1' }, r: { '1.0': 'b<2' }, b: { '0.9': '', '1.5a1': '', '2.0': '' } },
    ask: ['l', 'r'],
    expect: 'b==1.5a1 l==1.0 r==1.0',
    notes: [lastResort('b 1.5a1')],
  },
  {
    title: 'finals first even when pre-releases were let in',
    packages: {
      l: { '1.0': 'b>=1 | c' },
      r: { '1.0': 'b<2' },
      b: { '0.9': '', '1.5a1': '', '2.0': '' },
      c: both,
    },
    ask: ['l', 'r'],
    expect: 'b==1.5a1 c==1.0 l==1.0 r==1.0',
    notes: [lastResort('b 1.5a1')],
  },
  {
    title: 'an older release before a pre-release of what it requires',
    packages: { a: { '1.0': 'b<2', '2.0': 'b>=2' }, b: { '1.0': '', '2.0rc1': '' } },
    ask: ['a', 'b<2'],
    expect: 'a==1.0 b==1.0',
  },
  {
    title: 'a development release counts as one',
    packages: { a: { '1.0': '', '1.1.dev3': '' } },
    ask: ['a'],
    expect: 'a==1.0',
  },
  {
    title: 'the development release of a post-release counts as one',
    packages: { a: { '1.0': '', '1.0.post1.dev0': '' } },
    ask: ['a'],
    expect: 'a==1.0',
  },
  {
    title: 'a wildcard takes pre-releases only when there is nothing else',
    packages: { a: { '1.0': '', '2.0a1': '', '2.0b1': '' } },
    ask: ['a==2.*'],
    expect: 'a==2.0b1',
  },
];
