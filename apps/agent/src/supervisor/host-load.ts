import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import type { HostLoad } from '@ironwheel/contracts';

/**
 * Load, memory and disk of the host. By Node itself and not by `systeminformation`: that one costs 8 MB of memory for what
 * are four numbers, starts `df`, and reads files of /proc that a unit with ProcSubset=pid does not see, where Node asks
 * the kernel (sysinfo(2)).
 */
export async function readHostLoad(directory: string): Promise<HostLoad> {
  const disk = await statfs(directory).catch(() => ({ bavail: 0, blocks: 0, bsize: 0 }));
  const total = totalmem();
  return {
    load1: loadavg()[0] ?? 0,
    cpus: availableParallelism(),
    memory_used_bytes: total - freemem(),
    memory_total_bytes: total,
    disk_free_bytes: disk.bavail * disk.bsize,
    disk_total_bytes: disk.blocks * disk.bsize,
  };
}
