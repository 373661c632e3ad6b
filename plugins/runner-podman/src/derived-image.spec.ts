import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { derivedImageName } from './derived-image.ts';
import { imageRecipeFor, isEmptyImageRecipe, recipeScript } from './recipe-script.ts';

const wanted = {
  apt: ['libyaml-dev', 'libffi-dev', 'libffi-dev'],
  dnf: ['libffi-devel'],
  repositories: ['crb', 'epel', 'backports'],
  toolchain: ['rust', 'gcc-14'],
};

describe('the derived image of a recipe', () => {
  it('has one name for the same base and recipe, in any order', () => {
    const recipe = imageRecipeFor('apt-get', wanted);
    expect(recipe).toEqual({
      packages: ['libffi-dev', 'libyaml-dev'],
      repositories: ['backports'],
      toolchain: ['gcc-14', 'rust'],
    });
    const same = imageRecipeFor('apt-get', { ...wanted, apt: [...wanted.apt].reverse(), dnf: [] });
    expect(derivedImageName('sha256:1', recipe)).toBe(derivedImageName('sha256:1', same));
    expect(derivedImageName('sha256:1', recipe)).not.toBe(derivedImageName('sha256:2', recipe));
    const older = imageRecipeFor('apt-get', { ...wanted, toolchain: ['rust'] });
    expect(derivedImageName('sha256:1', recipe)).not.toBe(derivedImageName('sha256:1', older));
  });

  it('is made with what the package manager of the image knows', () => {
    expect(imageRecipeFor('dnf', wanted)).toMatchObject({
      packages: ['libffi-devel'],
      repositories: ['crb', 'epel'],
    });
    expect(isEmptyImageRecipe(imageRecipeFor(null, wanted))).toBe(true);
  });

  it('is not made for a repository alone', () => {
    expect(isEmptyImageRecipe(imageRecipeFor('dnf', { apt: [], dnf: [], repositories: ['crb'] }))).toBe(true);
  });

  it.each(['apt-get', 'dnf', 'microdnf'] as const)(
    'is made by a script that a shell can read, with %s',
    (manager) => {
      const script = recipeScript(manager, imageRecipeFor(manager, wanted));
      const checked = spawnSync('sh', ['-n', '-c', script], { encoding: 'utf8' });
      expect(checked.stderr).toBe('');
      expect(checked.status).toBe(0);
    },
  );
});
