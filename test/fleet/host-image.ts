import { findImageOf, type FoundImage } from '../podman/debian-image.ts';

/** A small server as a provider hands it out, with what the install script asks for already there. */
export const hostPackages = [
  'ca-certificates',
  'crun',
  'curl',
  'dbus',
  'faketime',
  'fuse-overlayfs',
  'iproute2',
  // Two that stand for virtual packages, which debootstrap does not resolve.
  'libpam-systemd',
  'netavark',
  'openssl',
  'perl-base',
  'podman',
  'polkitd',
  'procps',
  'python3',
  'runc',
  'slirp4netns',
  'systemd',
  'systemd-sysv',
  'uidmap',
];

export const findHostImage = (): FoundImage => findImageOf('host', hostPackages);
