import { describe, expect, it } from 'vitest';
import { resolveDependencyGroups } from './dependency-groups.ts';

const resolve = (groups: unknown, ...names: string[]): string[] =>
  resolveDependencyGroups({ 'dependency-groups': groups }, names).map(({ text }) => text);

const include = (group: string): object => ({ 'include-group': group });

describe('resolveDependencyGroups', () => {
  it('puts an included group in the place of its include', () => {
    const groups = { test: ['pytest>7', 'coverage'], types: ['mypy'], all: ['ruff', include('Test'), 'tox'] };
    expect(resolve(groups, 'all')).toEqual(['ruff', 'pytest>7', 'coverage', 'tox']);
    expect(resolve(groups, 'types', 'test')).toEqual(['mypy', 'pytest>7', 'coverage']);
  });

  it('compares group names in their normalized form', () => {
    expect(resolve({ Group_A: ['a'] }, 'group.a')).toEqual(['a']);
    expect(() => resolve({ Group_A: ['a'], 'group-a': [] }, 'group-a')).toThrow(
      'dependency-groups.group-a is the same group as "Group_A", written twice',
    );
  });

  it('names a circle of includes', () => {
    const groups = { outer: [include('a')], a: [include('b')], b: [include('c')], c: [include('a')] };
    expect(() => resolve(groups, 'outer')).toThrow('in a circle: a -> b -> c -> a.');
    expect(() => resolve({ self: [include('self')] }, 'self')).toThrow('self -> self');
  });

  it('names an unknown group and who includes it', () => {
    expect(() => resolve({ a: [] }, 'b')).toThrow('no dependency group "b" in it; it has a.');
    expect(() => resolve({ a: [include('b')] }, 'a')).toThrow('"b", which the group a includes,');
    expect(() => resolveDependencyGroups({}, ['dev'])).toThrow('it has none');
  });

  it('does not look into groups that nobody asked for', () => {
    expect(resolve({ good: ['a'], bad: ['not a requirement!', 3] }, 'good')).toEqual(['a']);
  });

  it.each([
    [['x y z'], 'dependency-groups.g[0]'],
    [[3], 'dependency-groups.g[0] must be a requirement or a table'],
    [[{ 'include-group': 'h', path: '.' }], 'and nothing else'],
    ['text', 'dependency-groups.g must be an array'],
  ])('refuses %j', (group, message) => {
    expect(() => resolve({ g: group, h: [] }, 'g')).toThrow(message);
  });

  it('ends on includes that multiply', () => {
    const groups = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [
        `g${at}`,
        at === 0 ? ['a'] : [include(`g${at - 1}`), include(`g${at - 1}`)],
      ]),
    );
    expect(() => resolve(groups, 'g59')).toThrow('stands for more than 10000 requirements');
  });

  it('ends on a long chain of includes', () => {
    const groups = Object.fromEntries(
      Array.from({ length: 5000 }, (_, at) => [`g${at}`, at === 0 ? ['a'] : [include(`g${at - 1}`)]]),
    );
    expect(() => resolve(groups, 'g4999')).toThrow('more than 100 deep');
  });
});
