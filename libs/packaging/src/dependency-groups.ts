import { normalizeName, parseName } from './names.ts';
import { quoteForError } from './packaging-error.ts';
import { parseRequirement, type Requirement } from './requirement.ts';
import { isTable, ProblemReport, TableReader } from './table-reader.ts';

/** Includes multiply: a few lines can stand for millions of requirements. */
const mostRequirements = 10_000;
const deepestInclude = 100;

/** `[dependency-groups]` of one pyproject.toml, while groups of it are being put together (PEP 735). */
class DependencyGroups {
  readonly report = new ProblemReport('PYPROJECT_INVALID', 'pyproject.toml');
  readonly #table: TableReader | undefined;
  /** The key as written by normalized name. */
  readonly #keys = new Map<string, string>();
  readonly #resolved = new Map<string, readonly Requirement[]>();
  readonly #path: string[] = [];

  constructor(document: unknown) {
    this.#table = TableReader.ofDocument(document, this.report).table('dependency-groups');
    for (const key of this.#table?.keys ?? []) this.#addKey(key);
  }

  #addKey(key: string): void {
    const name = this.#table?.attempt(this.#table.toPath(key), key, parseName);
    if (name === undefined) return;
    const first = this.#keys.get(name);
    if (first === undefined) this.#keys.set(name, key);
    else this.#table?.addProblem(key, `is the same group as ${quoteForError(first)}, written twice`);
  }

  resolve(given: string): readonly Requirement[] {
    const name = normalizeName(given);
    const known = this.#resolved.get(name);
    if (known !== undefined) return known;
    const key = this.#keys.get(name);
    const trail = [...this.#path, name];
    let found: readonly Requirement[] = [];
    if (key === undefined) this.report.add(this.#describeUnknown(given));
    else if (this.#path.includes(name)) {
      this.report.add(`dependency-groups include each other in a circle: ${this.#showCycle(trail)}.`);
    } else if (trail.length > deepestInclude) {
      this.report.add(`dependency-groups include each other more than ${deepestInclude} deep.`);
    } else {
      this.#path.push(name);
      found = this.#read(key);
      this.#path.pop();
      this.#resolved.set(name, found);
    }
    return found;
  }

  #showCycle(trail: readonly string[]): string {
    return trail.slice(trail.indexOf(trail.at(-1) ?? '')).join(' -> ');
  }

  #describeUnknown(given: string): string {
    const within = this.#path.at(-1);
    const place = within === undefined ? '' : `, which the group ${within} includes,`;
    const names = [...this.#keys.values()].slice(0, 20).join(', ');
    return `There is no dependency group ${quoteForError(given)}${place} in it; it has ${names || 'none'}.`;
  }

  #read(key: string): readonly Requirement[] {
    const found: Requirement[] = [];
    for (const [at, entry] of (this.#table?.list(key) ?? []).entries()) {
      for (const requirement of this.#readEntry(`${this.#table?.toPath(key)}[${at}]`, entry)) {
        found.push(requirement);
      }
      if (found.length > mostRequirements) {
        this.#table?.addProblem(key, `stands for more than ${mostRequirements} requirements`);
        return [];
      }
    }
    return found;
  }

  #readEntry(path: string, entry: unknown): readonly Requirement[] {
    if (typeof entry === 'string') {
      const requirement = this.#table?.attempt(path, entry, parseRequirement);
      return requirement === undefined ? [] : [requirement];
    }
    const group = isTable(entry) && Object.keys(entry).length === 1 ? entry['include-group'] : undefined;
    if (typeof group === 'string') return this.resolve(group);
    this.report.add(`${path} must be a requirement or a table with include-group = "name" and nothing else.`);
    return [];
  }
}

/**
 * The requirements of the named groups of a parsed pyproject.toml, in order, with what they include in its place
 * (PEP 735). Groups that are not asked for are not looked into. Throws `PYPROJECT_INVALID`.
 */
export const resolveDependencyGroups = (document: unknown, names: readonly string[]): Requirement[] => {
  const groups = new DependencyGroups(document);
  const found = names.flatMap((name) => groups.resolve(name));
  groups.report.throwIfAny();
  return found;
};
