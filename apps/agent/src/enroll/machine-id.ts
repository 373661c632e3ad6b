import { readFile } from 'node:fs/promises';

/** Of the installation (machine-id(5)); null where there is none. */
export const readMachineId = async (): Promise<string | null> => {
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    const text = (await readFile(path, 'utf8').catch(() => '')).trim();
    if (/^[0-9a-f]{32}$/.test(text)) return text;
  }
  return null;
};
