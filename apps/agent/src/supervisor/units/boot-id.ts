import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { showManagerStart } from './worker-unit.ts';

/**
 * Of this run of the machine: the kernel's boot id (random(4)) and the moment at which this systemd came up. Either alone
 * is not enough: a unit with ProcSubset=pid does not see the first, and containers of one kernel share it. Null where
 * there is neither.
 */
export async function readBootId(): Promise<string | null> {
  const kernel = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
  const manager = await showManagerStart().catch(() => '');
  if (kernel === '' && manager === '') return null;
  return createHash('sha256').update(`${kernel} ${manager}`).digest('hex').slice(0, 32);
}
