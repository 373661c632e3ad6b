import { type Scenario } from './scenario.ts';

const leaf = { '1.0': '' };

export const extrasScenarios: readonly Scenario[] = [
  {
    title: 'without the extra its requirements do not count',
    packages: { a: { '1.0': 'b ; extra == "x"' }, b: leaf },
    ask: ['a'],
    expect: 'a==1.0',
  },
  {
    title: 'an extra brings its requirements',
    packages: { a: { '1.0': 'b ; extra == "x"' }, b: leaf },
    ask: ['a[x]'],
    expect: 'a[x]==1.0 b==1.0',
  },
  {
    title: 'extras of two lines come together',
    packages: { a: { '1.0': 'b ; extra == "x" | c ; extra == "y"' }, b: leaf, c: leaf },
    ask: ['a[x]', 'a[y]'],
    expect: 'a[x,y]==1.0 b==1.0 c==1.0',
  },
  {
    title: 'different packages ask for different extras',
    packages: {
      l: { '1.0': 'a[x]' },
      r: { '1.0': 'a[y]' },
      a: { '1.0': 'b ; extra == "x" | c ; extra == "y"' },
      b: leaf,
      c: leaf,
    },
    ask: ['l', 'r'],
    expect: 'a[x,y]==1.0 b==1.0 c==1.0 l==1.0 r==1.0',
  },
  {
    title: 'the same extra asked for twice is one',
    packages: { l: { '1.0': 'a[x]' }, r: { '1.0': 'a[x]>=1' }, a: { '1.0': 'b ; extra == "x"' }, b: leaf },
    ask: ['l', 'r'],
    expect: 'a[x]==1.0 b==1.0 l==1.0 r==1.0',
  },
  {
    title: 'with and without the extra it is one release',
    packages: {
      l: { '1.0': 'a[x]' },
      r: { '1.0': 'a<2' },
      a: { '1.0': 'b ; extra == "x"', '2.0': 'b ; extra == "x"' },
      b: leaf,
    },
    ask: ['l', 'r'],
    expect: 'a[x]==1.0 b==1.0 l==1.0 r==1.0',
  },
  {
    title: 'an extra that refers to others of its own package',
    packages: {
      a: { '1.0': 'a[x,y] ; extra == "all" | b ; extra == "x" | c ; extra == "y"' },
      b: leaf,
      c: leaf,
    },
    ask: ['a[all]'],
    expect: 'a[all,x,y]==1.0 b==1.0 c==1.0',
  },
  {
    title: 'extras that refer to each other in a circle',
    packages: { a: { '1.0': 'a[y] ; extra == "x" | a[x] ; extra == "y" | b ; extra == "y"' }, b: leaf },
    ask: ['a[x]'],
    expect: 'a[x,y]==1.0 b==1.0',
  },
  {
    title: 'a self-reference with another version rules the release out',
    packages: { a: { '1.0': '', '2.0': 'a<2 ; extra == "x"' } },
    ask: ['a[x]'],
    expect: 'a[x]==1.0',
    notes: ['a 1.0 has no extra "x"; nothing comes of asking for it.'],
  },
  {
    title: 'an extra nobody has is a note, not an error',
    packages: { a: { '1.0': '' } },
    ask: ['a[nope]'],
    expect: 'a[nope]==1.0',
    notes: ['a 1.0 has no extra "nope"; nothing comes of asking for it.'],
  },
  {
    title: 'an extra is not a reason for an older release',
    packages: { a: { '1.0': 'b ; extra == "x"', '2.0': '' }, b: leaf },
    ask: ['a[x]'],
    expect: 'a[x]==2.0',
    notes: ['a 2.0 has no extra "x"; nothing comes of asking for it.'],
  },
  {
    title: 'a conflict that comes by an extra leads to an older release',
    packages: { a: { '1.0': 'b ; extra == "x"', '2.0': 'b<2 ; extra == "x"' }, b: { '1.0': '', '2.0': '' } },
    ask: ['a[x]', 'b>=2'],
    expect: 'a[x]==1.0 b==2.0',
  },
  {
    title: 'without the extra there is no conflict',
    packages: { a: { '1.0': 'b ; extra == "x"', '2.0': 'b<2 ; extra == "x"' }, b: { '1.0': '', '2.0': '' } },
    ask: ['a', 'b>=2'],
    expect: 'a==2.0 b==2.0',
  },
  {
    title: 'two extras that contradict each other',
    packages: { a: { '1.0': 'b<2 ; extra == "x" | b>=2 ; extra == "y"' }, b: { '1.0': '', '2.0': '' } },
    ask: ['a[x,y]'],
    expect: { conflict: 'a 1.0 with the extra' },
  },
  {
    title: 'each of two contradicting extras alone',
    packages: { a: { '1.0': 'b<2 ; extra == "x" | b>=2 ; extra == "y"' }, b: { '1.0': '', '2.0': '' } },
    ask: ['a[y]'],
    expect: 'a[y]==1.0 b==2.0',
  },
  {
    title: 'extra is a set: both at once hold together',
    packages: {
      a: { '1.0': 'b ; extra == "x" and extra == "y" | c ; extra == "x" or extra == "y"' },
      b: leaf,
      c: leaf,
    },
    ask: ['a[x]', 'a[y]'],
    expect: 'a[x,y]==1.0 b==1.0 c==1.0',
  },
  {
    title: 'extra is a set: one of two is not both',
    packages: {
      a: { '1.0': 'b ; extra == "x" and extra == "y" | c ; extra == "x" or extra == "y"' },
      b: leaf,
      c: leaf,
    },
    ask: ['a[y]'],
    expect: 'a[y]==1.0 c==1.0',
  },
  {
    title: 'both at once, asked for by different packages late in the search',
    packages: {
      l: { '1.0': 'm' },
      m: { '1.0': 'a[x]' },
      r: { '1.0': 'a[y]' },
      a: { '1.0': 'b<2 ; extra == "x" and extra == "y"' },
      b: { '1.0': '', '2.0': '' },
    },
    ask: ['r', 'l'],
    expect: 'a[x,y]==1.0 b==1.0 l==1.0 m==1.0 r==1.0',
  },
  {
    title: 'a requirement for when an extra is not asked for',
    packages: {
      a: { '1.0': 'b ; extra != "lean"', '1.1': 'b ; extra != "lean" | c ; extra == "lean"' },
      b: leaf,
      c: leaf,
    },
    ask: ['a[lean]'],
    expect: 'a[lean]==1.1 c==1.0',
  },
  {
    title:
      'a requirement for when an extra is not asked for binds its version all the same, as in pip and uv',
    packages: {
      a: { '1.0': 'b<2 ; extra != "lean" | c ; extra == "lean"' },
      b: { '1.0': '', '2.0': '' },
      c: leaf,
    },
    ask: ['a[lean]', 'b>=2'],
    expect: { conflict: 'b<2' },
  },
  {
    title: 'a requirement for when an extra is not asked for is not there with it beside others',
    packages: {
      a: { '1.0': 'b ; extra != "lean" | c ; extra == "full"', '0.9': '' },
      b: leaf,
      c: leaf,
    },
    ask: ['a[lean,full]'],
    expect: 'a[full,lean]==1.0 c==1.0',
    notes: ['a 1.0 has no extra "lean"; nothing comes of asking for it.'],
  },
  {
    title: 'extras are compared by their normalized names',
    packages: { a: { '1.0': 'b ; extra == "big-one"' }, b: leaf },
    ask: ['a[Big_One]'],
    expect: 'a[big-one]==1.0 b==1.0',
  },
  {
    title: 'an extra whose requirements are for one machine',
    packages: { a: { '1.0': 'b ; extra == "x" and platform_machine == "x86_64"' }, b: leaf },
    ask: ['a[x]'],
    expect: 'a[x]==1.0 b==1.0',
    s390x: 'a[x]==1.0',
  },
  {
    title: 'an extra of an extra of another package',
    packages: {
      a: { '1.0': 'b[y] ; extra == "x"' },
      b: { '1.0': 'c[z] ; extra == "y"' },
      c: { '1.0': 'd ; extra == "z"' },
      d: leaf,
    },
    ask: ['a[x]'],
    expect: 'a[x]==1.0 b[y]==1.0 c[z]==1.0 d==1.0',
  },
];
