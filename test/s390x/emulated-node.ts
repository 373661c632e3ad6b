import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { emulator, prepareS390xRoot } from './s390x-root.ts';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type EmulatedNode =
  | { readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Finished> }
  | { readonly why: string };

const runEmulated =
  (root: string) =>
  (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> =>
    new Promise((resolve, reject) => {
      const child = spawn(emulator, ['-L', root, join(root, 'usr/bin/node'), ...args], {
        env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });

/** Node 24 for s390x under emulation, kept in `cache`; else the reason why there is none. */
export const prepareEmulatedNode = (cache: string): EmulatedNode => {
  const found = prepareS390xRoot(cache, ['nodejs']);
  return 'why' in found ? found : { run: runEmulated(found.root) };
};
