import { execa } from 'execa';
import { z } from 'zod';

/**
 * What pip on this machine would use: its configuration files and environment, read by pip itself, and the
 * interpreter that it runs on.
 */
const script = `
import json, platform, sys
facts = {
    "python_version": "%d.%d" % sys.version_info[:2],
    "machine": platform.machine(),
    "libc": list(platform.libc_ver()),
    "index": None,
}
try:
    from pip._internal.commands import create_command
    options, _ = create_command("download").parser.parse_args([])
    facts["index"] = {
        "index_url": None if options.no_index else options.index_url,
        "extra_index_urls": [] if options.no_index else list(options.extra_index_urls or []),
        "cert": options.cert or None,
        "proxy": options.proxy or None,
        "trusted_hosts": list(options.trusted_hosts or []),
    }
except Exception as error:
    facts["problem"] = type(error).__name__
json.dump(facts, sys.stdout)
`;

const factsSchema = z.object({
  python_version: z.string().regex(/^3\.\d{1,2}$/),
  machine: z.string().regex(/^[a-z0-9_]{1,40}$/i),
  libc: z.tuple([z.string(), z.string()]),
  index: z
    .object({
      index_url: z.string().nullable(),
      extra_index_urls: z.array(z.string()),
      cert: z.string().nullable(),
      proxy: z.string().nullable(),
      trusted_hosts: z.array(z.string()),
    })
    .nullable(),
});
export type PythonFacts = z.output<typeof factsSchema>;

const timeoutMs = 20_000;

/** Null when there is no python3 here, or it does not answer; also when `signal` ends it. */
export async function findPythonFacts(signal?: AbortSignal): Promise<PythonFacts | null> {
  const { stdout, failed } = await execa('python3', ['-c', script], {
    timeout: timeoutMs,
    maxBuffer: 1024 * 1024,
    reject: false,
    stdin: 'ignore',
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (failed || typeof stdout !== 'string') return null;
  try {
    return factsSchema.parse(JSON.parse(stdout));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/** The platform tag (PEP 600, PEP 656) of the machine that the facts are from. */
export function toPlatformTag(facts: Pick<PythonFacts, 'machine' | 'libc'>): string {
  const machine = facts.machine.toLowerCase();
  const [name, version] = facts.libc;
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (name === 'glibc' && major !== undefined && minor !== undefined) {
    return `manylinux_${major}_${minor}_${machine}`;
  }
  // Python knows no version of musl; 1.2 is the oldest that is still maintained.
  return name === 'glibc' ? `linux_${machine}` : `musllinux_1_2_${machine}`;
}
