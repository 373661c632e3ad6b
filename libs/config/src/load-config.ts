import { readFileSync } from 'node:fs';
import type { ConfigOf, ConfigSection, KeyDefinition } from './section.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigProblem {
  readonly key: string;
  /** What is wrong and what is expected; never holds the value of a secret. */
  readonly message: string;
}

/** All problems of a configuration at once. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map((problem) => `  ${problem.key}: ${problem.message}`);
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** The values of all sections that were loaded together. */
export class LoadedConfig {
  readonly #values: ReadonlyMap<ConfigSection, unknown>;

  constructor(values: ReadonlyMap<ConfigSection, unknown>) {
    this.#values = values;
  }

  /** The values of one section. Throws when the section was not among those loaded: a defect of the wiring. */
  get<Section extends ConfigSection>(section: Section): ConfigOf<Section> {
    const values = this.#values.get(section);
    if (values === undefined) {
      throw new Error(
        `config section with ${Object.keys(section.keys).join(', ')} was not loaded; list it with its feature`,
      );
    }
    return values as ConfigOf<Section>;
  }
}

export interface LoadOptions {
  /** Unknown keys with this prefix are refused. */
  readonly strictPrefix?: string;
  /** `IRONWHEEL_*` keys of other programs, which are allowed here without being read. */
  readonly foreignKeys?: readonly string[];
}

/** The one place where a process hands over its environment. */
export function processEnvironment(): Environment {
  return process.env;
}

const given = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';

/** The text of a key: the variable, for secrets the file named by `<KEY>_FILE`, else an alias, else the default. */
function findText(
  key: string,
  definition: KeyDefinition,
  env: Environment,
  problems: ConfigProblem[],
): string | undefined {
  for (const name of [key, ...(definition.aliases ?? [])]) {
    const text = env[name];
    const fileName = definition.secret === true ? env[`${name}_FILE`] : undefined;
    if (given(text) && given(fileName)) {
      problems.push({ key: name, message: `is set together with ${name}_FILE; set one of them` });
      return undefined;
    }
    if (given(text)) return text;
    if (given(fileName)) {
      try {
        return readFileSync(fileName, 'utf8').trim();
      } catch (error) {
        const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
        problems.push({ key: `${name}_FILE`, message: `the file cannot be read (${reason})` });
        return undefined;
      }
    }
  }
  return definition.default;
}

function loadKey(
  key: string,
  definition: KeyDefinition,
  env: Environment,
  problems: ConfigProblem[],
): unknown {
  const before = problems.length;
  const text = findText(key, definition, env, problems);
  if (text === undefined || problems.length > before) return undefined;
  const result = definition.schema.safeParse(text);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    // A zod message may quote the input; a secret's must not.
    problems.push({ key, message: definition.secret === true ? 'is not valid' : issue.message });
  }
  return undefined;
}

/**
 * Reads every section from the environment. Throws `ConfigError` with every problem at once: bad values, unreadable
 * secret files, and unknown keys under `strictPrefix` (default `IRONWHEEL_`), which are mostly spelling mistakes.
 */
export function loadConfig(
  sections: readonly ConfigSection[],
  env: Environment,
  options: LoadOptions = {},
): LoadedConfig {
  const problems: ConfigProblem[] = [];
  const values = new Map<ConfigSection, unknown>();
  const known = new Set<string>(options.foreignKeys ?? []);
  for (const section of sections) {
    const entries = Object.entries(section.keys).map(([key, definition]) => {
      for (const name of [key, ...(definition.aliases ?? [])]) {
        known.add(name);
        if (definition.secret === true) known.add(`${name}_FILE`);
      }
      return [key, loadKey(key, definition, env, problems)] as const;
    });
    values.set(section, Object.freeze(Object.fromEntries(entries)));
  }
  const prefix = options.strictPrefix ?? 'IRONWHEEL_';
  for (const key of Object.keys(env)) {
    if (key.startsWith(prefix) && !known.has(key))
      problems.push({ key, message: unknownKeyMessage(key, known) });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return new LoadedConfig(values);
}

function unknownKeyMessage(key: string, known: ReadonlySet<string>): string {
  const near = [...known].filter((name) => editDistance(name, key) <= 3);
  return near.length > 0
    ? `is not known; did you mean ${near.join(' or ')}?`
    : 'is not known; remove it or correct its name';
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
