import type { HostArchitecture } from '@ironwheel/contracts';

/** e_machine of the ELF header (System V ABI). */
const machines: Readonly<Record<number, HostArchitecture>> = { 62: 'x86_64', 183: 'aarch64', 22: 's390x' };
export const elfHeaderBytes = 20;

/** The architecture of a 64-bit ELF program by its first bytes; null when it is none that we know. */
export function readElfArchitecture(header: Buffer): HostArchitecture | null {
  if (header.length < elfHeaderBytes || header.readUInt32BE(0) !== 0x7f454c46) return null;
  const is64Bit = header[4] === 2;
  const isLittleEndian = header[5] === 1;
  const machine = isLittleEndian ? header.readUInt16LE(18) : header.readUInt16BE(18);
  return is64Bit ? (machines[machine] ?? null) : null;
}
