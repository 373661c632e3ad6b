import { type PseudoRandom } from './pseudo-random.ts';
import { type Ask, type Universe } from './universe.ts';

export interface UniverseShape {
  readonly projects: number;
  readonly releases: number;
  /** Per cent of the releases. */
  readonly yanked: number;
  readonly prereleases: number;
  readonly pythons: number;
  readonly unknown?: number;
}

const marks = [
  'python_version >= "3.9"',
  'python_version < "3.9"',
  'platform_machine == "s390x"',
  'platform_machine == "x86_64"',
  'sys_platform == "linux"',
];

const clause = (random: PseudoRandom, top: number): string => {
  const version = `${1 + random.below(top)}.0`;
  const form = random.below(12);
  if (form < 3) return '';
  if (form < 5) return `>=${version}`;
  if (form < 7) return `<${1 + random.below(top + 1)}.0`;
  if (form < 9) return `==${version}`;
  if (form < 10) return `!=${version}`;
  if (form < 11) return `<=${version}`;
  return `>=${version},<${2 + random.below(top)}.0`;
};

const requirement = (random: PseudoRandom, shape: UniverseShape, own: string): string => {
  const target = `p${random.below(shape.projects)}`;
  const extra = random.chance(15) ? `[${random.pick(['x', 'y'])}]` : '';
  const marker = random.chance(15)
    ? ` ; ${random.pick(marks)}`
    : random.chance(15)
      ? ` ; extra == "${own}"`
      : '';
  return `${target}${extra}${clause(random, shape.releases)}${marker}`;
};

/** A small universe with enough contradictions in it that about half of the requests cannot be met. */
export const createRandomAsk = (random: PseudoRandom, shape: UniverseShape): Ask => {
  const packages: Record<string, Record<string, string>> = {};
  for (let at = 0; at < shape.projects; at += 1) {
    const releases: Record<string, string> = {};
    const count = 1 + random.below(shape.releases);
    for (let version = 1; version <= count; version += 1) {
      const needs = Array.from({ length: random.below(4) }, () =>
        requirement(random, shape, random.pick(['x', 'y'])),
      ).filter((text) => !new RegExp(`^p${at}(?![0-9])`).test(text));
      const suffix = random.chance(shape.prereleases) ? 'rc1' : '';
      const yanked = random.chance(shape.yanked) ? ' yanked' : '';
      const python = random.chance(shape.pythons)
        ? ` metadata-python${random.pick(['<3.9', '>=3.9', '>=3.14'])}`
        : '';
      const isUnknown = shape.unknown !== undefined && random.chance(shape.unknown);
      const key = `${version}.0${suffix}${yanked}${python} +x +y`;
      if (isUnknown) releases[`${key} unknown`] = '';
      else releases[key] = [...new Set(needs)].join(' | ');
    }
    packages[`p${at}`] = releases;
  }
  const universe: Universe = packages;
  const ask = Array.from({ length: 1 + random.below(3) }, () =>
    requirement(random, shape, 'x').replace(/ ;.*$/, ''),
  );
  return { packages: universe, ask };
};
