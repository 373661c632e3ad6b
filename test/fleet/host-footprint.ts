import type { FleetHost } from './fleet-host.ts';

/** Where a program can leave something that outlives it; caches and logs of the system itself are not asked. */
const places = [
  '/etc',
  '/opt',
  '/usr/local',
  '/usr/lib/systemd',
  '/usr/lib/sysusers.d',
  '/var/lib',
  '/root',
  '/home',
  '/srv',
  '/run',
  '/tmp',
  '/var/tmp',
];
const passing =
  /^\/(?:run\/(?:systemd|udev|log|dbus|podman|lock|user|credentials|crun|libpod|containers|netns)|var\/lib\/(?:systemd|containers|dpkg|apt)|tmp\/systemd-private|var\/tmp\/systemd-private)|^\/etc\/(?:(?:passwd|group|shadow|gshadow|subuid|subgid)-|\.pwd\.lock|\.updated)|^\/var\/lib$|^\/tmp$|^\/run$|^\/etc$/;

/** Everything on a host that an install could leave behind: files, users, units, processes of users that it made. */
export async function footprintOf(host: FleetHost): Promise<string[]> {
  const files = await host.exec(`find ${places.join(' ')} -xdev 2>/dev/null; true`);
  const accounts = await host.exec('getent passwd; getent group; cat /etc/subuid /etc/subgid');
  const units = await host.exec(
    'systemctl list-units --all --plain --no-legend --type=service | awk "{print \$1}"',
  );
  const lines = [
    ...files.split('\n').filter((path) => !passing.test(path)),
    ...accounts.split('\n').map((line) => `account ${line}`),
    ...units
      .split('\n')
      .filter((name) => name.includes('ironwheel'))
      .map((name) => `unit ${name}`),
  ];
  return [...new Set(lines)].sort();
}
