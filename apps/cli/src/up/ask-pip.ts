import { execFile } from 'node:child_process';
import type { Environment } from '@ironwheel/config';
import { z } from 'zod';

/** What pip on this machine would use: its configuration files, environment and built-in defaults together. */
const pipSettingsSchema = z.object({
  index_url: z.string().nullable(),
  extra_index_urls: z.array(z.string()),
  no_index: z.boolean(),
  cert: z.string().nullable(),
  proxy: z.string().nullable(),
  trusted_hosts: z.array(z.string()),
  python_version: z.string(),
  python_tag: z.string(),
  platform: z.string(),
});
export type PipSettings = z.infer<typeof pipSettingsSchema>;

/** Asks the option parser of pip's own `download` command, the one that knows all of its sources. */
const question = `
import json, sys, sysconfig
from pip._internal.commands import create_command
values = create_command("download").parser.get_default_values()
print(json.dumps({
    "index_url": values.index_url or None,
    "extra_index_urls": list(values.extra_index_urls or []),
    "no_index": bool(values.no_index),
    "cert": values.cert or None,
    "proxy": values.proxy or None,
    "trusted_hosts": list(values.trusted_hosts or []),
    "python_version": "%d.%d" % sys.version_info[:2],
    "python_tag": "cp%d%d" % sys.version_info[:2],
    "platform": sysconfig.get_platform(),
}))
`;
const timeoutMs = 60_000;

export type PipAnswer =
  | { readonly settings: PipSettings; readonly problem: null }
  | { readonly settings: null; readonly problem: string };

/** Null settings and a reason when there is no usable pip; never throws. */
export function askPip(env: Environment, python = 'python3'): Promise<PipAnswer> {
  return new Promise((resolve) => {
    const options = { env: { ...env }, timeout: timeoutMs, encoding: 'utf8' as const };
    execFile(python, ['-c', question], options, (error, stdout, stderr) => {
      if (error !== null) {
        const last = stderr.trim().split('\n').at(-1) ?? '';
        resolve({ settings: null, problem: last === '' ? error.message : last });
        return;
      }
      const line = stdout.trim().split('\n').at(-1) ?? '';
      const parsed = pipSettingsSchema.safeParse(parseLine(line));
      resolve(
        parsed.success
          ? { settings: parsed.data, problem: null }
          : { settings: null, problem: 'pip answered in a way that is not understood' },
      );
    });
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
