import { describe, expect, it } from 'vitest';
import { parseProjectTable } from './project-table.ts';

describe('parseProjectTable', () => {
  it('is null without a [project]', () => {
    expect(parseProjectTable({ tool: {} })).toBeNull();
  });

  it('reads what planning needs', () => {
    const project = parseProjectTable({
      project: {
        name: 'Sample.App',
        version: '1.0',
        'requires-python': '>=3.9',
        dependencies: ['click>=8', "tomli; python_version < '3.11'"],
        'optional-dependencies': { Fast_Path: ['msgpack'] },
      },
    });
    expect(project?.normalizedName).toBe('sample-app');
    expect(project?.version?.text).toBe('1.0');
    expect(project?.requiresPython?.text).toBe('>=3.9');
    expect(project?.dependencies?.map(({ name }) => name)).toEqual(['click', 'tomli']);
    expect(Object.keys(project?.optionalDependencies ?? {})).toEqual(['fast-path']);
  });

  it('tells none from dynamic', () => {
    const plain = parseProjectTable({ project: { name: 'a', version: '1' } });
    expect([plain?.dependencies, plain?.requiresPython]).toEqual([[], null]);
    const dynamic = ['version', 'dependencies', 'optional-dependencies'];
    expect(parseProjectTable({ project: { name: 'a', dynamic } })).toEqual({
      normalizedName: 'a',
      version: null,
      requiresPython: null,
      dependencies: null,
      optionalDependencies: null,
      dynamic,
    });
  });

  it('inherits no extra', () => {
    const project = parseProjectTable({ project: { name: 'a', version: '1' } });
    expect(project?.optionalDependencies?.['constructor']).toBeUndefined();
  });

  it.each([
    [{ version: '1' }, 'project.name is missing'],
    [{ name: 'a' }, 'project.version is missing'],
    [{ name: 'a', version: '1', dynamic: ['version'] }, 'project.version is stated and dynamic at once'],
    [{ name: 'a', version: '1', dynamic: ['name'] }, 'must be static'],
    [{ name: '-a-', version: 'x' }, /project\.name: .*project\.version: /],
    [{ name: 'a', version: '1', dependencies: 'click' }, 'project.dependencies must be an array'],
    [
      { name: 'a', version: '1', 'optional-dependencies': { A_b: [], 'a-B': [] } },
      'project.optional-dependencies.a-B is the extra a-b for the second time',
    ],
  ])('names what is wrong in %j', (project, message) => {
    expect(() => parseProjectTable({ project })).toThrow(message);
  });
});
