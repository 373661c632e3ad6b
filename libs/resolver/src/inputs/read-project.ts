import {
  findScriptMetadata,
  normalizeName,
  parseProjectTable,
  parseRequirement,
  resolveDependencyGroups,
  type Marker,
  type ProjectTable,
  type Requirement,
} from '@ironwheel/packaging';
import { InputInvalidError } from './input-error.ts';
import { parseToml } from './parse-toml.ts';
import { readStandard } from './read-lock.ts';
import { type RequirementsInput } from './read-requirements.ts';

export interface ProjectOptions {
  /** Of `[project.optional-dependencies]`. */
  readonly extras?: readonly string[];
  /** PEP 735. */
  readonly dependencyGroups?: readonly string[];
}

/** Extras of a project stand for other extras of it, and so may multiply. */
const mostSteps = 10_000;

interface Asked {
  readonly requirement: Requirement;
  /** Where in the file. */
  readonly place: string;
  /** Extras of the project itself that brought it. */
  readonly within: readonly string[];
}

const toInput = (asked: readonly Asked[], fileName: string): RequirementsInput => ({
  requirements: asked.map(({ requirement, place }) => ({
    requirement,
    hashes: [],
    origin: `${fileName}: ${place}`,
  })),
  noBinary: [],
  allowsPrereleases: false,
  references: [],
  notes: [],
});

const listExtra = (
  project: ProjectTable,
  extra: string,
  within: readonly string[],
  fileName: string,
): Asked[] => {
  const extras = project.optionalDependencies;
  if (extras === null) {
    throw new InputInvalidError([
      `${fileName}: the extras are dynamic; only a build of the project can tell them.`,
    ]);
  }
  const found = extras[extra];
  if (found !== undefined) {
    return found.map((requirement) => ({ requirement, place: `extra ${extra}`, within: [...within, extra] }));
  }
  const names = Object.keys(extras).slice(0, 20).join(', ');
  throw new InputInvalidError([`${fileName}: there is no extra ${extra} in it; it has ${names || 'none'}.`]);
};

/** Both must hold. */
const joinMarkers = (left: Marker | undefined, right: Marker | undefined): Marker | undefined =>
  left === undefined || right === undefined ? (left ?? right) : { kind: 'and', operands: [left, right] };

const withMarker = (asked: Asked, marker: Marker | undefined): Asked => {
  const joined = joinMarkers(asked.requirement.marker, marker);
  return joined === undefined ? asked : { ...asked, requirement: { ...asked.requirement, marker: joined } };
};

/**
 * An extra may be made of other extras of the same project (`all = ["demo[a,b]"]`), and a group too: those stand for
 * themselves, since the project is nothing that an index is asked for.
 */
const replaceOwn = (project: ProjectTable, asked: readonly Asked[], fileName: string): Asked[] => {
  const found: Asked[] = [];
  const rest = asked.toReversed();
  let steps = 0;
  for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
    steps += 1;
    if (steps > mostSteps) throw tooManySteps(fileName);
    const { requirement, within } = one;
    if (requirement.normalizedName !== project.normalizedName) {
      found.push(one);
      continue;
    }
    // An extra within itself brings nothing that is not there already.
    for (const extra of requirement.extras.filter((name) => !within.includes(name)).toReversed()) {
      const own = listExtra(project, extra, within, fileName);
      rest.push(...own.map((each) => withMarker(each, requirement.marker)).toReversed());
    }
  }
  return found;
};

const collectProject = (project: ProjectTable, options: ProjectOptions, fileName: string): Asked[] => {
  if (project.dependencies === null) {
    throw new InputInvalidError([
      `${fileName}: the dependencies are dynamic; only a build of the project can tell them. Hand in a lock file, or its sdist.`,
    ]);
  }
  return [
    ...project.dependencies.map((requirement) => ({ requirement, place: 'dependencies', within: [] })),
    ...(options.extras ?? []).flatMap((extra) => listExtra(project, normalizeName(extra), [], fileName)),
  ];
};

/** Whether a pyproject.toml can be read at all. Throws `InputInvalidError`. */
export const checkPyproject = (text: string, fileName: string): void => {
  const document = parseToml(text, fileName);
  const project = readStandard(fileName, () => parseProjectTable(document));
  const groups = document['dependency-groups'];
  if (project === null && groups === undefined) throw nothingIn(fileName);
};

const tooManySteps = (fileName: string): InputInvalidError =>
  new InputInvalidError([`${fileName}: its extras stand for more than ${mostSteps} requirements.`]);

const nothingIn = (fileName: string): InputInvalidError =>
  new InputInvalidError([
    `${fileName} has neither [project] nor [dependency-groups]; nothing in it says what to plan.`,
  ]);

/** What a project asks for: its dependencies, and the chosen extras and groups. Throws `InputInvalidError`. */
export const readPyproject = (text: string, fileName: string, options: ProjectOptions): RequirementsInput => {
  const document = parseToml(text, fileName);
  const names = options.dependencyGroups ?? [];
  const project = readStandard(fileName, () => parseProjectTable(document));
  if (project === null && names.length === 0) {
    if (document['dependency-groups'] === undefined) throw nothingIn(fileName);
    throw new InputInvalidError([`${fileName} has no [project]; say which dependency groups of it to take.`]);
  }
  if (project === null && options.extras !== undefined && options.extras.length > 0) {
    throw new InputInvalidError([`${fileName} has no [project], so it has no extras either.`]);
  }
  const groups = names.flatMap((name) =>
    readStandard(fileName, () => resolveDependencyGroups(document, [name])).map((requirement) => ({
      requirement,
      place: `group ${normalizeName(name)}`,
      within: [],
    })),
  );
  if (project === null) return toInput(groups, fileName);
  const asked = [...collectProject(project, options, fileName), ...groups];
  return toInput(replaceOwn(project, asked, fileName), fileName);
};

/** What a script asks for in its `# /// script` block (PEP 723). Throws `InputInvalidError`. */
export const readScript = (text: string, fileName: string): RequirementsInput => {
  const block = readStandard(fileName, () => findScriptMetadata(text));
  if (block === undefined) {
    throw new InputInvalidError([
      `${fileName} has no "# /// script" block (PEP 723) that says what it depends on.`,
    ]);
  }
  const { dependencies = [] } = parseToml(block, `${fileName} (its script block)`);
  if (!Array.isArray(dependencies) || !dependencies.every((line) => typeof line === 'string')) {
    throw new InputInvalidError([`${fileName}: dependencies of its script block must be a list of texts.`]);
  }
  const asked = dependencies.map((line) => ({
    requirement: readStandard(fileName, () => parseRequirement(line)),
    place: 'dependencies',
    within: [],
  }));
  return toInput(asked, fileName);
};
