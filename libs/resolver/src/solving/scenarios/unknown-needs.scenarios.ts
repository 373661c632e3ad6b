import { type Scenario } from './scenario.ts';

const unknownTaken = (label: string): string =>
  `${label} is taken although nobody knows what it depends on, because nothing else fits.`;
const rich = { '13': '', '14': '', '15': '' };
const limiter = { '3.9 unknown': '', '3.12': 'rich<14', '3.13': 'rich<14' };

/** `unknown`: only a build could tell what the release needs. */
export const unknownNeedsScenarios: readonly Scenario[] = [
  {
    title: 'no way out of what the known needs of a newer release forbid',
    packages: { rich, limiter },
    ask: ['rich', 'limiter'],
    expect: 'limiter==3.13 rich==13',
  },
  {
    title: 'however many there are',
    packages: {
      rich,
      limiter: {
        ...limiter,
        ...Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`2.${at} unknown`, ''])),
      },
    },
    ask: ['rich', 'limiter'],
    expect: 'limiter==3.13 rich==13',
  },
  {
    title: 'a way out where nothing else fits, and that is told',
    packages: { rich, limiter },
    ask: ['rich>=15', 'limiter'],
    expect: 'limiter==3.9 rich==15',
    notes: [unknownTaken('limiter 3.9')],
  },
  {
    title: 'the best of them, where nothing else fits',
    packages: { rich, limiter: { ...limiter, '3.8 unknown': '', '3.7 unknown': '' } },
    ask: ['rich>=15', 'limiter'],
    expect: 'limiter==3.9 rich==15',
    notes: [unknownTaken('limiter 3.9')],
  },
  {
    title: 'not before an older one whose needs are known',
    packages: { rich, limiter: { ...limiter, '3.8': '' } },
    ask: ['rich>=15', 'limiter'],
    expect: 'limiter==3.8 rich==15',
  },
  {
    title: 'the newest is the first choice',
    packages: { rich, limiter: { ...limiter, '3.14 unknown': '' } },
    ask: ['rich', 'limiter'],
    expect: 'limiter==3.14 rich==15',
  },
  {
    title: 'the newest that its user asks for is the first choice',
    packages: { rich, limiter },
    ask: ['rich', 'limiter<3.12'],
    expect: 'limiter==3.9 rich==15',
  },
  {
    title: 'the newest within a constraint is the first choice',
    packages: { rich, limiter },
    ask: ['rich', 'limiter'],
    constraints: ['limiter<3.12'],
    expect: 'limiter==3.9 rich==15',
  },
  {
    title: 'the newest that all who ask accept is the first choice',
    packages: { rich, limiter, app: { '1': 'limiter<3.13' }, web: { '1': 'limiter!=3.12' } },
    ask: ['rich', 'app', 'web'],
    expect: 'app==1 limiter==3.9 rich==15 web==1',
  },
  {
    title: 'the newest that any release of who asks accepts is the first choice',
    packages: { rich, limiter, app: { '1': 'limiter<3.12', '2': 'limiter<3.11' } },
    ask: ['rich', 'app', 'limiter'],
    expect: 'app==2 limiter==3.9 rich==15',
  },
  {
    title: 'the newest that all who ask accept is the first choice, whoever asks first',
    packages: { rich, limiter, app: { '1': 'limiter<3.12', '2': 'limiter<3.11' } },
    ask: ['rich', 'limiter', 'app'],
    expect: 'app==2 limiter==3.9 rich==15',
  },
  {
    title: 'the newest that all who ask accept is the first choice, before an older one of known needs',
    packages: { rich, limiter: { ...limiter, '3.8': '' }, app: { '1': 'limiter<3.12', '2': 'limiter<3.11' } },
    ask: ['rich', 'limiter', 'app'],
    expect: 'app==2 limiter==3.9 rich==15',
  },
  {
    title: 'a pin is no conflict',
    packages: { rich, limiter },
    ask: ['limiter==3.9', 'rich'],
    expect: 'limiter==3.9 rich==15',
  },
  {
    title: 'a pin of a package is no conflict',
    packages: { rich, limiter, app: { '1': 'limiter==3.9' } },
    ask: ['rich', 'app', 'limiter'],
    expect: 'app==1 limiter==3.9 rich==15',
  },
  {
    title: 'a project of which nobody knows anything',
    packages: { old: { '1 unknown': '', '2 unknown': '' }, app: { '1': 'old<2' } },
    ask: ['old', 'app'],
    expect: 'app==1 old==1',
  },
  {
    title: 'the newest does not run on the target',
    packages: { a: { '1 unknown': '', '2 no_sdist': '', '3 yanked': '', '4rc1': '' } },
    ask: ['a'],
    expect: 'a==1',
  },
  {
    title: 'the newest turns out not to be for the Python',
    packages: { a: { '1 unknown': '', '2 metadata-python>=3.14': '' } },
    ask: ['a'],
    expect: 'a==1',
  },
  {
    title: 'no way out by an older release of who asks',
    packages: { rich, limiter, app: { '2': 'limiter>=3.12', '1': 'limiter<3.12' } },
    ask: ['rich', 'app'],
    expect: 'app==2 limiter==3.13 rich==13',
  },
  {
    title: 'no way out two steps away',
    packages: {
      rich,
      limiter,
      app: { '2': 'plug==2', '1': 'plug==1' },
      plug: { '2': 'limiter>=3.12', '1': 'limiter<3.12' },
    },
    ask: ['rich', 'app'],
    expect: 'app==2 limiter==3.13 plug==2 rich==13',
  },
  {
    title: 'no way out by way of an extra',
    packages: { rich, limiter: { '3.9 unknown': '', '3.12': 'rich<14 ; extra == "cli"' } },
    ask: ['rich', 'limiter[cli]'],
    expect: 'limiter[cli]==3.12 rich==13',
  },
  {
    title: 'before a pre-release as a last resort',
    packages: { rich, limiter: { '3.9 unknown': '', '3.12': 'rich<14', '3.8rc1': '' } },
    ask: ['rich>=15', 'limiter'],
    expect: 'limiter==3.9 rich==15',
    notes: [unknownTaken('limiter 3.9')],
  },
  {
    title: 'nothing fits in spite of it',
    packages: { rich, limiter, app: { '1': 'limiter>3.9' } },
    ask: ['rich>=15', 'app'],
    expect: { conflict: 'rich' },
  },
  {
    title: 'the oldest of everything: newer ones are no way out',
    packages: { rich, limiter: { '1': 'rich>=14', '2 unknown': '' } },
    ask: ['rich', 'limiter'],
    options: { preference: 'lowest' },
    expect: 'limiter==1 rich==14',
  },
  {
    title: 'what the user prefers is the first choice',
    packages: { rich, limiter },
    ask: ['rich', 'limiter'],
    preferred: { limiter: '3.9' },
    expect: 'limiter==3.9 rich==15',
  },
];
