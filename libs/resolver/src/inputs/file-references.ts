import { type FileReference } from './read-requirements.ts';

/** Files that refer to each other, as one plan takes them. */
export interface LinkedFiles {
  /** Names of files that are there for `-c` lines alone: they bound versions and ask for nothing, as with pip. */
  readonly constraints: ReadonlySet<string>;
  /** One sentence for each reference that cannot be followed. */
  readonly problems: readonly { readonly filename: string; readonly message: string }[];
}

/**
 * Brings the `-r` and `-c` lines of requirements files together with the files that were handed in with them; each
 * stands in the plan once, however often it is named. `filenames` may name one twice: then nobody can say which is meant.
 */
export const linkFiles = (
  references: readonly (FileReference & { readonly from: string })[],
  filenames: readonly string[],
): LinkedFiles => {
  const counts = new Map<string, number>();
  for (const name of filenames) counts.set(name, (counts.get(name) ?? 0) + 1);
  const problems = references.flatMap(({ filename, origin, from }) => {
    const count = counts.get(filename) ?? 0;
    if (count === 1) return [];
    const why =
      count === 0
        ? `no file of that name was handed in with it; hand both in together, or take the line out`
        : `${count} files of that name were handed in with it; give them different names`;
    return [{ filename: from, message: `${origin}: it refers to the file ${filename}, and ${why}.` }];
  });
  const required = new Set(
    references.filter(({ kind }) => kind === 'requirements').map(({ filename }) => filename),
  );
  const constraints = references
    .filter(({ kind, filename }) => kind === 'constraints' && !required.has(filename))
    .map(({ filename }) => filename);
  return { constraints: new Set(constraints), problems };
};
