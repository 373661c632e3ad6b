import { describe, expect, it } from 'vitest';
import { checkTextInput, readInputRequirements } from './read-input.ts';
import { type ProjectOptions } from './read-project.ts';

const project = `[project]
name = "Demo"
version = "1"
dependencies = ["numpy>=2", "tomli; python_version < '3.11'"]

[project.optional-dependencies]
test = ["pytest"]
all = ["demo[test]; sys_platform == 'linux'", "rich"]
round = ["demo[round]", "six"]

[dependency-groups]
base = ["ruff"]
dev = [{ include-group = "base" }, "demo[test]"]
`;
const read = (options: ProjectOptions, text = project): string[] =>
  readInputRequirements('pyproject', text, 'pyproject.toml', options).requirements.map(
    ({ requirement, origin }) => `${requirement.text} (${origin})`,
  );

const level = (at: number): string =>
  `e${at} = ["a[e${at + 1}]; os_name == 'x'", "a[e${at + 1}]; os_name == 'y'"]`;
const multiplying = `[project]
name = "a"
version = "1"
[project.optional-dependencies]
${Array.from({ length: 30 }, (_, at) => level(at)).join('\n')}
e30 = ["six"]
`;

describe('a pyproject.toml', () => {
  it('asks for its dependencies, and for extras and groups when they are chosen', () => {
    expect(read({})).toEqual([
      'numpy>=2 (pyproject.toml: dependencies)',
      `tomli; python_version < '3.11' (pyproject.toml: dependencies)`,
    ]);
    expect(read({ dependencyGroups: ['base'] }).at(-1)).toBe('ruff (pyproject.toml: group base)');
  });

  it('never asks an index for the project itself: its own extras stand for themselves', () => {
    expect(read({ extras: ['ALL'] }).slice(2)).toEqual([
      'pytest (pyproject.toml: extra test)',
      'rich (pyproject.toml: extra all)',
    ]);
    expect(read({ extras: ['round'] }).slice(2)).toEqual(['six (pyproject.toml: extra round)']);
    expect(read({ dependencyGroups: ['dev'] }).slice(2)).toEqual([
      'ruff (pyproject.toml: group dev)',
      'pytest (pyproject.toml: extra test)',
    ]);
    const { requirements } = readInputRequirements('pyproject', project, 'p', { extras: ['all'] });
    // The marker of `demo[test]` holds for what it stands for.
    expect(requirements[2]!.requirement.marker).toMatchObject({ kind: 'compare' });
  });

  it.each<[string, string, ProjectOptions, RegExp]>([
    ['an extra that it lacks', project, { extras: ['nope'] }, /no extra nope/],
    ['a group that it lacks', project, { dependencyGroups: ['nope'] }, /nope/],
    ['dynamic dependencies', '[project]\nname="a"\nversion="1"\ndynamic=["dependencies"]', {}, /dynamic/],
    ['a group alone that nobody chose', '[dependency-groups]\na=["b"]', {}, /which dependency groups/],
    ['a bad requirement', '[project]\nname="a"\nversion="1"\ndependencies=["a b c"]', {}, /dependencies/],
    ['extras that multiply', multiplying, { extras: ['e0'] }, /more than 10000/],
  ])('%s is told', (_label, text, options, message) => {
    expect(() => read(options, text)).toThrow(message);
  });

  it('without anything to plan is refused when it is handed in', () => {
    expect(() => checkTextInput('pyproject', '[build-system]\nrequires = []', 'pyproject.toml')).toThrow(
      /neither/,
    );
    expect(() => checkTextInput('pyproject', '[project', 'pyproject.toml')).toThrow(/pyproject\.toml:1:\d+/);
    checkTextInput('pyproject', project, 'pyproject.toml');
  });
});

describe('a script with inline metadata', () => {
  const script = (block: string): string => `# /// script\n${block}\n# ///\nimport x\n`;
  it('asks for its dependencies', () => {
    const text = script('# dependencies = ["rich", "six>1"]');
    const { requirements } = readInputRequirements('script', text, 'run.py', {});
    expect(requirements.map(({ requirement }) => requirement.text)).toEqual(['rich', 'six>1']);
  });

  it.each([
    ['none', 'print()', /no "# \/\/\/ script" block/],
    ['wrong types', script('# dependencies = "rich"'), /list of texts/],
    ['no TOML', script('# dependencies = ['), /not TOML/],
  ])('%s is refused', (_label, text, message) => {
    expect(() => checkTextInput('script', text, 'run.py')).toThrow(message);
  });
});
