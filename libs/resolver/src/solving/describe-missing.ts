import { comparePublicVersions, type SpecifierSet } from '@ironwheel/packaging';
import { type SolverProject } from './solver-project.ts';
import { type Missing } from './solver-types.ts';
import { hasBit } from './version-set.ts';

const mostNamed = 3;

/** `2.1, 2.0 and 1.9`, newest first. */
const listNewest = (project: SolverProject): string => {
  const names = project.versions
    .slice(-mostNamed)
    .reverse()
    .map(({ text }) => text);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
};

/** What there is of a project instead of what was wanted. */
export const describeReleases = (project: SolverProject): string =>
  project.releases.length === 0
    ? `no index has ${project.name}`
    : project.releases.length === 1
      ? `the only release is ${listNewest(project)}`
      : `the newest ${project.releases.length <= mostNamed ? 'releases are' : 'are'} ${listNewest(project)}`;

/** Whether the specifier only wants versions newer than every release. */
const wantsNewer = (project: SolverProject, set: SpecifierSet | null): boolean => {
  const newest = project.versions.at(-1);
  if (newest === undefined || set === null) return false;
  return set.specifiers.some((specifier) => {
    if (specifier.operator === '===' || specifier.operator === '!=') return false;
    if (specifier.operator === '<' || specifier.operator === '<=') return false;
    const order = comparePublicVersions(specifier.version, newest);
    return specifier.operator === '>' ? order >= 0 : order > 0;
  });
};

/** Why nothing known meets a requirement. `who` is who wants `what`. */
export const describeUnmet = (
  project: SolverProject,
  set: SpecifierSet | null,
  who: string,
  what: string,
): Missing => {
  const there = describeReleases(project);
  if (project.releases.length === 0) return { code: 'not_found', text: `${who} ${what}; ${there}.` };
  const isYanked = project.want(set).pinnedYanked.length === 0 && isOnlyYanked(project, set);
  if (isYanked) {
    return { code: 'yanked', text: `${who} ${what}; every release that fits is yanked, and ${there}.` };
  }
  const code = wantsNewer(project, set) ? 'not_uploaded' : 'no_matching_version';
  return { code, text: `${who} ${what}; no release fits, ${there}.` };
};

const isOnlyYanked = (project: SolverProject, set: SpecifierSet | null): boolean => {
  const matched = project.match(set);
  return project.yankedBits.some((bit) => hasBit(matched, bit));
};
