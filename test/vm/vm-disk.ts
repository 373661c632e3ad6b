import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { hostPackages } from '../fleet/host-image.ts';
import { findDebianImage, findImageArchive } from '../podman/debian-image.ts';
import { cacheDirectory, findRootSource, has, keyOf, suite, withDebianRoot } from '../podman/debian-root.ts';

export interface VmDisk {
  readonly kernel: string;
  readonly initrd: string;
  /** An ext4 file system without partitions. Never written to: a run keeps its changes elsewhere. */
  readonly disk: string;
  /** Name of the image to build in, whose archive lies at `imageArchivePath` on the disk. */
  readonly buildImage: string;
}

export const emulator = 'qemu-system-x86_64';
export const imageArchivePath = '/srv/image.tar';
const diskBytes = 12 * 1024 ** 3;

/** What makes a machine of a host of the fleet suite; dependencies that debootstrap does not resolve are named. */
const machinePackages = ['initramfs-tools', 'kmod', 'linux-image-cloud-amd64', 'qemu-guest-agent', 'udev'];
const packages = [...hostPackages, ...machinePackages];

/** The addresses of qemu's user-mode network; a fixed one needs no DHCP. */
const files: Readonly<Record<string, string>> = {
  'etc/fstab': '/dev/vda / ext4 defaults,noatime 0 0\n',
  'etc/hostname': 'ironwheel-vm\n',
  'etc/machine-id': '',
  'etc/systemd/network/80-wired.network':
    '[Match]\nType=ether\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\nLinkLocalAddressing=no\n',
};
const links: Readonly<Record<string, string>> = {
  'etc/systemd/system/multi-user.target.wants/systemd-networkd.service':
    '/lib/systemd/system/systemd-networkd.service',
  'etc/systemd/system/network-online.target.wants/systemd-networkd-wait-online.service':
    '/lib/systemd/system/systemd-networkd-wait-online.service',
  'etc/systemd/system/default.target': '/lib/systemd/system/multi-user.target',
};
/** What starts by itself and only costs time here: updates of images and packages, checks of disks. */
const unwanted = ['etc/systemd/system/default.target.wants', 'etc/systemd/system/timers.target.wants'];

/** The one file of a directory whose name begins so. */
const pick = (directory: string, prefix: string): string => {
  const name = readdirSync(directory).find((each) => each.startsWith(prefix));
  if (name === undefined) throw new Error(`${directory} has no ${prefix}…`);
  return join(directory, name);
};

const makeDisk = (root: string, imageArchive: string, place: string): void => {
  copyFileSync(pick(join(root, 'boot'), 'vmlinuz-'), join(place, 'kernel'));
  copyFileSync(pick(join(root, 'boot'), 'initrd.img-'), join(place, 'initrd'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    rmSync(join(root, path), { force: true });
    symlinkSync(target, join(root, path));
  }
  for (const path of unwanted) rmSync(join(root, path), { recursive: true, force: true });
  copyFileSync(imageArchive, join(root, imageArchivePath));
  const disk = join(place, 'disk.ext4');
  writeFileSync(disk, '');
  truncateSync(disk, diskBytes);
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-F', '-E', 'lazy_itable_init=1', '-d', root, disk], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
};

/** The disk of the virtual machine, made once and kept in the cache; else why this machine can make or run none. */
export function findVmDisk(): VmDisk | { readonly why: string } {
  if (process.arch !== 'x64') return { why: 'the virtual machine is for x86_64' };
  for (const command of [emulator, 'mke2fs', 'openssl', 'setpriv']) {
    if (!has(command)) return { why: `${command} is not there` };
  }
  const build = findDebianImage();
  if ('why' in build) return build;
  const saved = findImageArchive(build);
  if ('why' in saved) return saved;

  const key = keyOf(packages, files, links, unwanted, diskBytes, basename(saved.archive));
  const place = join(cacheDirectory(), `vm-${suite}-${key}`);
  if (!existsSync(place)) {
    const source = findRootSource();
    if ('why' in source) return source;
    const part = `${place}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    try {
      withDebianRoot(source.mirror, packages, (root) => makeDisk(root, saved.archive, part));
    } catch (error) {
      return { why: `the disk could not be made: ${error instanceof Error ? error.message : String(error)}` };
    }
    renameSync(part, place);
  }
  return {
    kernel: join(place, 'kernel'),
    initrd: join(place, 'initrd'),
    disk: join(place, 'disk.ext4'),
    buildImage: build.image,
  };
}
