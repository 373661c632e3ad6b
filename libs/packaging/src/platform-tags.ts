import { PackagingError, quoteForError } from './packaging-error.ts';

export interface Libc {
  readonly family: 'glibc' | 'musl';
  readonly major: number;
  readonly minor: number;
}

/** A platform tag taken apart. */
export interface Platform {
  readonly machine: string;
  readonly libc: Libc;
  /** Whether the tag itself names the C library; a plain `linux_*` does not. */
  readonly isLibcStated: boolean;
}

/**
 * One row per machine: the oldest glibc 2.x that a manylinux tag of it can name. The first two go back to manylinux1
 * (PEP 513); the others began with manylinux2014 (PEP 599).
 */
const oldestGlibcMinor: Readonly<Record<string, number>> = {
  x86_64: 5,
  i686: 5,
  aarch64: 17,
  s390x: 17,
  ppc64le: 17,
  riscv64: 17,
  armv7l: 17,
};

/** Names from before PEP 600, by glibc minor version. */
const legacyAliases: Readonly<Record<number, string>> = {
  5: 'manylinux1',
  12: 'manylinux2010',
  17: 'manylinux2014',
};

export const machines: readonly string[] = Object.keys(oldestGlibcMinor);

const largestMinor = 200;

const invalid = (tag: string, why: string): PackagingError =>
  new PackagingError(
    'TARGET_INVALID',
    `${quoteForError(tag)} is not a platform that can be built for: ${why}`,
  );

/** A plain `linux_*` tag says nothing of the C library; manylinux2014 is what every host still in use has. */
const assumedLibc: Libc = { family: 'glibc', major: 2, minor: 17 };

const parseLibc = (prefix: string): { libc: Libc; isLibcStated: boolean } | undefined => {
  if (prefix === 'linux') return { libc: assumedLibc, isLibcStated: false };
  const legacy = Object.entries(legacyAliases).find(([, alias]) => alias === prefix);
  if (legacy !== undefined) {
    return { libc: { family: 'glibc', major: 2, minor: Number(legacy[0]) }, isLibcStated: true };
  }
  const match = /^(many|musl)linux_([0-9]{1,3})_([0-9]{1,3})$/.exec(prefix);
  if (match === null) return undefined;
  const family = match[1] === 'many' ? ('glibc' as const) : ('musl' as const);
  return { libc: { family, major: Number(match[2]), minor: Number(match[3]) }, isLibcStated: true };
};

/** Reads a Linux platform tag (PEP 425, 513, 571, 599, 600, 656). Throws `TARGET_INVALID`. */
export const parsePlatformTag = (tag: string): Platform => {
  const machine = machines.find((known) => tag.endsWith(`_${known}`));
  if (machine === undefined) throw invalid(tag, `its machine is none of ${machines.join(', ')}.`);
  const parsed = parseLibc(tag.slice(0, -machine.length - 1));
  if (parsed === undefined) {
    throw invalid(tag, 'expected manylinux_X_Y_MACHINE, musllinux_X_Y_MACHINE or linux_MACHINE.');
  }
  const { family, major, minor } = parsed.libc;
  const expectedMajor = family === 'glibc' ? 2 : 1;
  if (major !== expectedMajor || minor > largestMinor) {
    throw invalid(tag, `there is no ${family} ${major}.${minor}.`);
  }
  const oldest = oldestGlibcMinor[machine] ?? 0;
  if (family === 'glibc' && minor < oldest) {
    throw invalid(tag, `${machine} wheels begin with manylinux_2_${oldest} (PEP 599, PEP 600).`);
  }
  return { machine, ...parsed };
};

const manylinuxTags = (machine: string, newestMinor: number): string[] => {
  const tags: string[] = [];
  for (let minor = newestMinor; minor >= (oldestGlibcMinor[machine] ?? 0); minor -= 1) {
    tags.push(`manylinux_2_${minor}_${machine}`);
    const alias = legacyAliases[minor];
    if (alias !== undefined) tags.push(`${alias}_${machine}`);
  }
  return tags;
};

/**
 * Platform tags that run there, best first: newest C library first, a legacy alias right behind its number, plain
 * `linux_*` last. glibc and musl never mix.
 */
export const compatiblePlatforms = ({ machine, libc }: Platform): string[] => {
  const withLibc =
    libc.family === 'glibc'
      ? manylinuxTags(machine, libc.minor)
      : Array.from({ length: libc.minor + 1 }, (_, at) => `musllinux_1_${libc.minor - at}_${machine}`);
  return [...withLibc, `linux_${machine}`];
};
