import type { SystemPackages } from '@ironwheel/plugin-kit';
import type { ContainerPlace } from './container-place.ts';

export type PackageManagerName = NonNullable<ContainerPlace['package_manager']>;

/** What is done to a base image for a recipe, sorted: the same list gives the same image. */
export interface ImageRecipe {
  readonly packages: readonly string[];
  readonly repositories: readonly string[];
  readonly toolchain: readonly string[];
}

const sorted = (list: readonly string[] = []): string[] => [...new Set(list)].sort();

/** The part of a recipe that this image's package manager carries out. */
export const imageRecipeFor = (
  manager: PackageManagerName | null,
  { apt, dnf, repositories, toolchain }: SystemPackages,
): ImageRecipe => {
  const known = manager === 'apt-get' ? ['backports'] : ['crb', 'epel'];
  const packages = sorted(manager === 'apt-get' ? apt : manager === null ? [] : dnf);
  const compilers = manager === null ? [] : sorted(toolchain);
  const isChanged = packages.length > 0 || compilers.length > 0;
  return {
    packages,
    repositories: isChanged ? sorted(repositories?.filter((one) => known.includes(one))) : [],
    toolchain: compilers,
  };
};

export const isEmptyImageRecipe = ({ packages, toolchain }: ImageRecipe): boolean =>
  packages.length === 0 && toolchain.length === 0;

/** Where a newer compiler is found first; in every derived image, so that what is not there costs nothing. */
export const toolchainDirectory = '/opt/ironwheel/toolchain';

const aptRepository = `. /etc/os-release; suite=$VERSION_CODENAME
mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' | awk -v suite="$suite" '$2 == suite { print $1; exit }')
echo "deb $mirror $suite-backports main" > /etc/apt/sources.list.d/ironwheel-backports.list`;

/** Fedora has no CRB: everything is in its one repository. */
const dnfRepository = (name: string): string =>
  name === 'epel'
    ? `. /etc/os-release; [ "$ID" = fedora ] || $manager install -y epel-release`
    : `. /etc/os-release; if [ "$ID" != fedora ]; then
  $manager install -y 'dnf-command(config-manager)' || true
  enabled=; for name in crb powertools "ol\${VERSION_ID%%.*}_codeready_builder" "codeready-builder-for-rhel-\${VERSION_ID%%.*}-$(uname -m)-rpms" "codeready-builder-for-ubi-\${VERSION_ID%%.*}-$(uname -m)-rpms" "ubi-\${VERSION_ID%%.*}-codeready-builder-rpms"; do
    if $manager config-manager --set-enabled "$name"; then enabled=1; break; fi
  done
  [ -n "$enabled" ] || { echo 'no CRB repository is known here'; exit 1; }
fi`;

/** The newest compiler that the distribution has, or the one of that version, put where builds look first. */
const gcc = (manager: PackageManagerName, version: string | undefined): string => {
  const versions = version === undefined ? '15 14 13 12 11' : version;
  const install =
    manager === 'apt-get'
      ? `$manager install -y --no-install-recommends "gcc-$v" "g++-$v" && for tool in gcc g++; do ln -sf "$(command -v $tool-$v)" "$bin/$tool"; done`
      : `$manager install -y --setopt=install_weak_deps=0 "gcc-toolset-$v-gcc-c++" && for tool in gcc g++; do ln -sf "/opt/rh/gcc-toolset-$v/root/usr/bin/$tool" "$bin/$tool"; done`;
  return `found=; for v in ${versions}; do if ${install}; then found=$v; break; fi; done
[ -n "$found" ] || { echo 'no newer gcc is to be had here'; exit 1; }
ln -sf "$bin/gcc" "$bin/cc"; ln -sf "$bin/g++" "$bin/c++"`;
};

/** rustup where the distribution has it, else the newest Rust that it has. */
const rust = (manager: PackageManagerName): string =>
  manager === 'apt-get'
    ? `if $manager install -y --no-install-recommends rustup; then
  export RUSTUP_HOME=/opt/ironwheel/rustup CARGO_HOME=/opt/ironwheel/cargo; rustup toolchain install stable --profile minimal
  for tool in cargo rustc; do ln -sf "$(rustup which $tool)" "$bin/$tool"; done
else
  $manager install -y --no-install-recommends rustc-web cargo-web
fi`
    : `$manager install -y --setopt=install_weak_deps=0 rust-toolset || $manager install -y --setopt=install_weak_deps=0 rust cargo`;

const toolchainStep = (manager: PackageManagerName, name: string): string => {
  const [kind, version] = name.split('-');
  return kind === 'rust' ? rust(manager) : gcc(manager, version);
};

/** What is away for a moment costs no attempt: apt (since 2.3.7) asks again after 1, 2, 4, 8 and 16 s, dnf ten times at once. */
const commands: Readonly<Record<PackageManagerName, string>> = {
  'apt-get': 'apt-get -q -o Acquire::Retries=5',
  dnf: 'dnf',
  microdnf: 'microdnf',
};

/** A shell script for the container that becomes the derived image; the packages are its arguments. */
export const recipeScript = (
  manager: PackageManagerName,
  { packages, repositories, toolchain }: ImageRecipe,
): string => {
  const isApt = manager === 'apt-get';
  const install = isApt
    ? '$manager install -y --no-install-recommends -- "$@"'
    : '$manager install -y --setopt=install_weak_deps=0 -- "$@"';
  return [
    'set -e',
    `manager='${commands[manager]}'; bin=${toolchainDirectory}; mkdir -p "$bin"`,
    ...(isApt ? ['export DEBIAN_FRONTEND=noninteractive'] : []),
    ...repositories.map((name) => (isApt ? aptRepository : dnfRepository(name))),
    ...(isApt ? ['$manager update'] : []),
    ...(packages.length > 0 ? [install] : []),
    ...toolchain.map((name) => toolchainStep(manager, name)),
    isApt ? 'rm -rf /var/lib/apt/lists/*' : '$manager clean all',
  ].join('\n');
};
