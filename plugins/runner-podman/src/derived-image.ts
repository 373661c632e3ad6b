import { RunnerError, type StepRequest } from '@ironwheel/plugin-kit';
import { createHash } from 'node:crypto';
import type { RunnerPodmanConfig } from './config.ts';
import type { HostForm } from './container-options.ts';
import type { ContainerPlace } from './container-place.ts';
import { complaintOf, type PodmanCli } from './podman-cli.ts';

/** The packages of a recipe that this image's package manager installs, sorted. */
export const packagesFor = (
  manager: ContainerPlace['package_manager'],
  { apt, dnf }: StepRequest['systemPackages'],
): string[] => [...new Set(manager === 'apt-get' ? apt : manager === null ? [] : dnf)].sort();

/** Name of the derived image: the same base and the same packages give the same one. */
export const derivedImageName = (baseDigest: string, packages: readonly string[]): string => {
  const key = createHash('sha256')
    .update(JSON.stringify([baseDigest, packages]))
    .digest('hex');
  return `localhost/ironwheel-derived:${key.slice(0, 40)}`;
};

const installScript = (manager: string): string =>
  manager === 'apt-get'
    ? 'export DEBIAN_FRONTEND=noninteractive; apt-get -q update && apt-get -q install -y --no-install-recommends -- "$@" && rm -rf /var/lib/apt/lists/*'
    : `${manager} install -y --setopt=install_weak_deps=0 -- "$@" && ${manager} clean all`;

/** Makes images with the system packages of recipes, once each. Builds themselves never install anything. */
export class DerivedImages {
  private readonly making = new Map<string, Promise<string>>();

  constructor(
    private readonly podman: PodmanCli,
    private readonly config: RunnerPodmanConfig,
  ) {}

  /** The image for a step. @throws {RunnerError} `RECIPE_IMAGE_FAILED`, `RECIPE_UNSUPPORTED`. */
  async imageFor(
    image: string,
    digest: string,
    manager: ContainerPlace['package_manager'],
    wanted: StepRequest['systemPackages'],
    form: HostForm,
  ): Promise<string> {
    const packages = packagesFor(manager, wanted);
    if (packages.length === 0) {
      if (manager === null && wanted.apt.length + wanted.dnf.length > 0) {
        throw new RunnerError(
          'RECIPE_UNSUPPORTED',
          `${image} has no package manager for the recipe's packages`,
        );
      }
      return image;
    }
    const name = derivedImageName(digest, packages);
    const running = this.making.get(name) ?? this.make(image, name, manager ?? 'apt-get', packages, form);
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
    manager: string,
    packages: readonly string[],
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
          .concat([image, 'sh', '-c', installScript(manager), 'sh'])
          .concat(packages),
        this.config.recipeTimeoutMs,
      );
      if (!installed.ok) {
        const said = `${installed.stdout}\n${installed.stderr}`.trim().split('\n').slice(-4).join(' | ');
        throw new RunnerError(
          'RECIPE_IMAGE_FAILED',
          `the system packages ${packages.join(', ')} could not be installed: ${said}`.slice(0, 1500),
        );
      }
      const committed = await this.podman.run(
        ['commit', '-q', '--change', 'LABEL ironwheel.derived=1', container, name],
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
