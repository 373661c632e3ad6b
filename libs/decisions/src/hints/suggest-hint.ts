import { findFirstErrorBlock } from './error-block.ts';
import { findDebianPackage } from './known-names.ts';
import { maxLineChars, type LogLine } from './line-matcher.ts';
import { findLogClass } from './log-class.ts';
import { emptyRecipe, type Recipe } from './recipe.ts';

/** A draft for a log that no hint matches: what is known of it is filled in, the rest is for a person. */
export interface HintSuggestion {
  readonly pattern: string;
  readonly recipe: Recipe;
  readonly line: LogLine;
  /** What was seen, and what is left to find out. */
  readonly note: string;
  readonly tests: { readonly matches: readonly string[]; readonly misses: readonly string[] };
}

interface Shape {
  readonly seen: RegExp;
  readonly draft: (caught: string) => {
    readonly pattern: string;
    readonly recipe: Recipe;
    readonly note: string;
  };
}

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const dnfOnly = (name: string): Recipe => ({ ...emptyRecipe, dnf: [name] });

const shapes: readonly Shape[] = [
  {
    seen: /fatal error: ([A-Za-z0-9_./+-]{1,120}): No such file/u,
    draft: (header) => ({
      pattern: `fatal error: ${escape(header)}`,
      recipe: emptyRecipe,
      note: `The header ${header} is missing. Name the packages that hold it: \`apt-file search ${header}\`, \`dnf provides '*/${header}'\`.`,
    }),
  },
  {
    seen: /cannot find -l([A-Za-z0-9_.+-]{1,80})/u,
    draft: (library) => ({
      pattern: `cannot find -l${escape(library)}\\b`,
      recipe: emptyRecipe,
      note: `The library ${library} is missing. Name the packages that hold lib${library}.so.`,
    }),
  },
  {
    seen: /(?:No package '?|Dependency "?|Package '?)([A-Za-z0-9+._-]{1,80})['"]? (?:found|not found|was not found)/u,
    draft: (name) => ({
      pattern: `(?:package|Dependency) ['"]?${escape(name)}\\b`,
      recipe: { ...dnfOnly(`pkgconfig(${name})`), apt: [findDebianPackage(name) ?? []].flat() },
      note: `pkg-config does not know ${name}. dnf installs pkgconfig(${name}); name the package for apt.`,
    }),
  },
  {
    seen: /ModuleNotFoundError: No module named '([A-Za-z0-9_]{1,80})/u,
    draft: (module) => ({
      pattern: `No module named '${module}`,
      recipe: emptyRecipe,
      note: `The build imports ${module} and does not name it. Put the distribution that has it into build_requires, once you know that it is the right one.`,
    }),
  },
  {
    seen: /(?:^|[\s:/])([A-Za-z0-9_.+-]{1,60}): (?:command )?not found/u,
    draft: (tool) => ({
      pattern: `\\b${escape(tool)}: (?:command )?not found`,
      recipe: emptyRecipe,
      note: `The program ${tool} is missing. Name the packages that hold it.`,
    }),
  },
  {
    seen: /No such file or directory: '([A-Za-z0-9_.+-]{1,60})'/u,
    draft: (tool) => ({
      pattern: `No such file or directory: '${escape(tool)}'`,
      recipe: emptyRecipe,
      note: `The build calls ${tool}, which is not here. Name the packages that hold it.`,
    }),
  },
];

/** Logs of these classes are mended by time, another host or the source, never by a recipe. */
const hopeless = new Set([
  'network',
  'resource',
  'host-baseline',
  'link-error',
  'symbols-too-recent',
  'unsupported-arch',
]);

/** Drafts a hint from the first error block; null where no general shape is seen. */
export function suggestHint(lines: readonly LogLine[]): HintSuggestion | null {
  const block = findFirstErrorBlock(lines);
  const found = findLogClass(block);
  if (found !== null && hopeless.has(found.class)) return null;
  for (const line of block) {
    const text = line.text.slice(0, maxLineChars);
    for (const { seen, draft } of shapes) {
      const caught = seen.exec(text)?.[1];
      if (caught === undefined) continue;
      return { ...draft(caught), line, tests: { matches: [text.slice(0, 300)], misses: [] } };
    }
  }
  return null;
}
