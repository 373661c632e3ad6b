import { type SolverProject } from './solver-project.ts';
import { hasBit, type VersionSet } from './version-set.ts';

const mostRuns = 3;

/** Runs of neighbours among the releases, oldest first. */
const listRuns = (project: SolverProject, set: VersionSet): { from: number; to: number }[] => {
  const runs: { from: number; to: number }[] = [];
  for (let at = 0; at < project.releases.length; at += 1) {
    if (!hasBit(set, at + 1)) continue;
    const last = runs.at(-1);
    if (last?.to === at - 1) last.to = at;
    else runs.push({ from: at, to: at });
  }
  return runs;
};

export const joinWords = (words: readonly string[], word = 'and'): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${word} ${words.at(-1) ?? ''}`;

/** `a 2.0`, `every release of a from 1.0 to 1.9`, `every release of a`, and whether a verb follows in the plural. */
export const describeVersions = (
  project: SolverProject,
  set: VersionSet,
): { readonly text: string; readonly isPlural: boolean } => {
  const { name, versions } = project;
  const textAt = (at: number): string => versions[at]?.text ?? '';
  const runs = listRuns(project, set);
  const count = runs.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const [first] = runs;
  if (first === undefined) return { text: `${name} in a version that nobody has`, isPlural: false };
  if (count === 1) return { text: `${name} ${textAt(first.from)}`, isPlural: false };
  if (count === versions.length) return { text: `every release of ${name}`, isPlural: false };
  if (count <= mostRuns) {
    const named = runs.flatMap(({ from, to }) =>
      Array.from({ length: to - from + 1 }, (_, step) => textAt(from + step)),
    );
    return { text: `${name} ${joinWords(named)}`, isPlural: true };
  }
  if (runs.length > mostRuns) {
    return { text: `${count} releases of ${name} up to ${textAt(runs.at(-1)?.to ?? 0)}`, isPlural: true };
  }
  const ranges = runs.map(({ from, to }) =>
    from === to ? textAt(from) : `from ${textAt(from)} to ${textAt(to)}`,
  );
  return { text: `every release of ${name} ${joinWords(ranges)}`, isPlural: false };
};
