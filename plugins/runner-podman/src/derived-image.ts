import { RunnerError, type SystemPackages } from '@ironwheel/plugin-kit';
import { createHash } from 'node:crypto';
import type { RunnerPodmanConfig } from './config.ts';
import type { HostForm } from './container-options.ts';
import type { ContainerPlace } from './container-place.ts';
import { complaintOf, type PodmanCli } from './podman-cli.ts';
import { recipeFailure } from './recipe-failure.ts';
import {
  imageRecipeFor,
  isEmptyImageRecipe,
  recipeScript,
  toolchainDirectory,
  type ImageRecipe,
  type PackageManagerName,
} from './recipe-script.ts';

/** Name of the derived image: the same base and the same recipe give the same one. */
export const derivedImageName = (baseDigest: string, recipe: ImageRecipe): string => {
  const { packages, repositories, toolchain } = recipe;
  const key = createHash('sha256')
    .update(JSON.stringify([baseDigest, packages, repositories, toolchain]))
    .digest('hex');
  return `localhost/ironwheel-derived:${key.slice(0, 40)}`;
};

/** The builds in an image with a newer compiler find that one first. */
const compilerFirst = ({ toolchain }: ImageRecipe): string[] => {
  const path = `${toolchainDirectory}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  const variables = [
    ...(toolchain.length > 0 ? [`ENV PATH=${path}`] : []),
    ...(toolchain.some((name) => name.startsWith('gcc'))
      ? [`ENV CC=${toolchainDirectory}/gcc`, `ENV CXX=${toolchainDirectory}/g++`]
      : []),
  ];
  return variables.flatMap((variable) => ['--change', variable]);
};

/** Makes images with the system packages of recipes, once each. Builds themselves never install anything. */
export class DerivedImages {
  private readonly making = new Map<string, Promise<string>>();

  constructor(
    private readonly podman: PodmanCli,
    private readonly config: RunnerPodmanConfig,
  ) {}

  /**
   * The image for a step.
   * @throws {RunnerError} `RECIPE_IMAGE_FAILED`, `RECIPE_PACKAGES_UNREACHABLE`, `RECIPE_UNSUPPORTED`.
   */
  async imageFor(
    image: string,
    digest: string,
    manager: ContainerPlace['package_manager'],
    wanted: SystemPackages,
    form: HostForm,
  ): Promise<string> {
    const recipe = imageRecipeFor(manager, wanted);
    if (manager === null || isEmptyImageRecipe(recipe)) {
      const isAsked = wanted.apt.length + wanted.dnf.length + (wanted.toolchain?.length ?? 0) > 0;
      if (manager === null && isAsked) {
        throw new RunnerError(
          'RECIPE_UNSUPPORTED',
          `${image} has no package manager for the recipe's packages`,
        );
      }
      return image;
    }
    const name = derivedImageName(digest, recipe);
    const running = this.making.get(name) ?? this.make(image, name, manager, recipe, form);
    this.making.set(name, running);
    try {
      return await running;
    } finally {
      this.making.delete(name);
    }
  }

  private async make(
    image: string,
    name: string,
    manager: PackageManagerName,
    recipe: ImageRecipe,
    form: HostForm,
  ): Promise<string> {
    if ((await this.podman.run(['image', 'exists', name])).ok) return name;
    if (form.online === null) {
      throw new RunnerError(
        'RECIPE_IMAGE_FAILED',
        'system packages need a network, and containers get none here',
      );
    }
    const container = `ironwheel-recipe-${name.split(':').at(-1) ?? ''}`;
    await this.podman.run(['rm', '-f', container]);
    try {
      const installed = await this.podman.run(
        [
          'run',
          '--name',
          container,
          ...form.base,
          ...form.online,
          '--user=0',
          '--pull=never',
          '--entrypoint=',
        ]
          .concat([image, 'sh', '-c', recipeScript(manager, recipe), 'sh'])
          .concat(recipe.packages),
        this.config.recipeTimeoutMs,
      );
      if (!installed.ok) {
        const names = [...recipe.packages, ...recipe.toolchain];
        throw recipeFailure(names, `${installed.stdout}\n${installed.stderr}`);
      }
      const committed = await this.podman.run(
        ['commit', '-q', '--change', 'LABEL ironwheel.derived=1', ...compilerFirst(recipe), container, name],
        this.config.recipeTimeoutMs,
      );
      if (!committed.ok) {
        throw new RunnerError('RECIPE_IMAGE_FAILED', `the image was not kept: ${complaintOf(committed)}`);
      }
      return name;
    } finally {
      await this.podman.run(['rm', '-f', container]);
    }
  }
}
