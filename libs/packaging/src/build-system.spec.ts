import { describe, expect, it } from 'vitest';
import { defaultBuildSystem, parseBuildSystem } from './build-system.ts';

const texts = (document: unknown): string[] =>
  parseBuildSystem(document).requires.map((requirement) => requirement.text);

describe('parseBuildSystem', () => {
  it('takes the default where the file states nothing', () => {
    expect(parseBuildSystem({ tool: {} })).toBe(defaultBuildSystem);
    expect(parseBuildSystem({ 'build-system': {} })).toBe(defaultBuildSystem);
    expect(texts({})).toEqual(['setuptools>=40.8.0']);
    expect(defaultBuildSystem.buildBackend).toBe('setuptools.build_meta:__legacy__');
  });

  it('keeps stated requirements and falls back to the legacy backend', () => {
    const system = parseBuildSystem({ 'build-system': { requires: ['setuptools', 'wheel'] } });
    expect(system.requires.map(({ name }) => name)).toEqual(['setuptools', 'wheel']);
    expect(system).toMatchObject({
      buildBackend: 'setuptools.build_meta:__legacy__',
      backendPath: [],
      isDefault: false,
    });
  });

  it('takes an empty list of requirements for what it says', () => {
    const table = { requires: [], 'build-backend': 'local_backend:hooks.main', 'backend-path': ['tools'] };
    expect(parseBuildSystem({ 'build-system': table })).toEqual({
      requires: [],
      buildBackend: 'local_backend:hooks.main',
      backendPath: ['tools'],
      isDefault: false,
    });
  });

  it('names every wrong value at once', () => {
    const table = {
      requires: ['ok', 'not ok!', 3],
      'build-backend': 'no way',
      'backend-path': ['../x', '/x'],
    };
    const read = (): unknown => parseBuildSystem({ 'build-system': table });
    expect(read).toThrow(expect.objectContaining({ code: 'PYPROJECT_INVALID', family: 'request' }));
    expect(read).toThrow(
      /build-system\.requires\[1\].*build-system\.build-backend.*backend-path\[0\].*\[1\]/,
    );
    expect(read).toThrow(/requires has an entry 2 that is not a string/);
  });

  it('refuses a backend without its requirements, and a path without a backend', () => {
    expect(() => parseBuildSystem({ 'build-system': { 'build-backend': 'flit_core.buildapi' } })).toThrow(
      'build-system.requires is missing',
    );
    const table = { requires: [], 'backend-path': ['.'] };
    expect(() => parseBuildSystem({ 'build-system': table })).toThrow('backend-path needs a build-backend');
  });

  it.each([null, 'text', [], 7])('refuses %j as a document', (document) => {
    expect(() => parseBuildSystem(document)).toThrow('It is not a TOML document');
  });

  it('reads nothing that an object merely inherits', () => {
    const document: unknown = Object.create({ 'build-system': { requires: ['evil'] } });
    expect(parseBuildSystem(document)).toBe(defaultBuildSystem);
  });
});
