import {
  compareVersions,
  findPin,
  isPrerelease,
  joinSpecifierSets,
  matchesSpecifier,
  type Requirement,
  type SpecifierSet,
  type Version,
} from '@ironwheel/packaging';
import { type PlanRelease } from './judge-release.ts';
import { type PlanProvider } from './plan-provider.ts';
import { type Wish, type Wishes } from './wish.ts';

/** Pins that were given up, and what is taken instead. */
export interface Fallbacks {
  readonly wishes: Wishes;
  readonly preferred: ReadonlyMap<string, Version>;
  /** For people, by name. */
  readonly texts: ReadonlyMap<string, string>;
}

const isPin = (specifier: SpecifierSet['specifiers'][number]): boolean =>
  findPin({ specifiers: [specifier], text: '' }) !== undefined;

const dropPins = (requirement: Requirement): Requirement => {
  const specifiers = requirement.specifiers.specifiers.filter((one) => !isPin(one));
  return {
    ...requirement,
    specifiers: { specifiers, text: specifiers.length === 0 ? '' : requirement.specifiers.text },
  };
};

const newestOf = (releases: readonly PlanRelease[]): PlanRelease | undefined =>
  releases.reduce<PlanRelease | undefined>(
    (best, one) => (best === undefined || compareVersions(one.version, best.version) > 0 ? one : best),
    undefined,
  );

/** What is taken for a project whose pinned version cannot be had; undefined: it can be had, or nothing can. */
const findFallback = (
  releases: readonly PlanRelease[],
  wishes: readonly Wish[],
): { latest: Version; text: string } | undefined => {
  const all = joinSpecifierSets(wishes.map(({ requirement }) => requirement.specifiers));
  const pin = findPin(all);
  if (pin === undefined) return undefined;
  const pinned = releases.filter(({ version }) => matchesSpecifier(version, all, { prereleases: true }));
  if (pinned.some(({ missing }) => missing === null)) return undefined;
  const open = joinSpecifierSets(wishes.map(({ requirement }) => dropPins(requirement).specifiers));
  const offered = releases.filter(
    (one) =>
      !one.isYanked &&
      !isPrerelease(one.version) &&
      matchesSpecifier(one.version, open) &&
      one.missing === null,
  );
  const latest = newestOf(offered)?.version;
  if (latest === undefined) return undefined;
  const why = pinned[0]?.missing?.text ?? `Nobody has ${pin.text}.`;
  return {
    latest,
    text: `${pin.text} was asked for and cannot be had: ${why} The latest that can be had is taken (fallback_latest).`,
  };
};

/** Gives up pins of the user's whose version cannot be had, in favour of the latest that can (`fallback_latest`). */
export const fallBackToLatest = async (wishes: Wishes, provider: PlanProvider): Promise<Fallbacks> => {
  const { roots, constraints, direct, overrides } = wishes;
  const nameOf = ({ requirement }: Wish): string => requirement.normalizedName;
  const byName = Map.groupBy([...roots, ...constraints], nameOf);
  const names = [...new Set(roots.map(nameOf))].filter((name) => !direct.has(name) && !overrides.has(name));
  const preferred = new Map<string, Version>();
  const texts = new Map<string, string>();
  await Promise.all(
    names.map(async (name) => {
      const found = findFallback(await provider.listReleases(name), byName.get(name) ?? []);
      if (found === undefined) return;
      preferred.set(name, found.latest);
      texts.set(name, found.text);
    }),
  );
  const relax = (wish: Wish): Wish =>
    texts.has(nameOf(wish)) ? { ...wish, requirement: dropPins(wish.requirement) } : wish;
  return {
    wishes: { ...wishes, roots: roots.map(relax), constraints: constraints.map(relax) },
    preferred,
    texts,
  };
};
