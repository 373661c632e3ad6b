import { compatiblePlatforms, parsePlatformTag } from '@ironwheel/packaging';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/**
 * Directory of the build driver, looked for upwards from a module: `build-driver/` lies beside `dist/` and beside
 * `plugins/`. Null when it is not there; then the configuration must name it.
 *
 * @param moduleUrl `import.meta.url` of the asking module.
 */
export const findBuildDriverDirectory = (moduleUrl: string): string | null => {
  let directory = dirname(fileURLToPath(moduleUrl));
  for (;;) {
    const found = join(directory, 'build-driver');
    if (existsSync(join(found, 'ironwheel_build.py'))) return found;
    const parent = dirname(directory);
    if (parent === directory) return null;
    directory = parent;
  }
};

/** What `ironwheel_build.py describe` prints of the interpreter that runs it. */
export const interpreterDescriptionSchema = z.object({
  python_tag: z.string().max(40),
  python: z.string().max(40),
  executable: z.string().max(1000),
  architecture: z.string().max(40),
  /** Major and minor; null where the C library is another one. */
  glibc: z.tuple([z.number().int(), z.number().int()]).nullable(),
  system: z.string().max(300).nullable(),
  compiler: z.boolean(),
});
export type InterpreterDescription = z.infer<typeof interpreterDescriptionSchema>;

/** Platform tags that can be built for there, best first (PEP 600). An unknown machine has its `linux_*` tag alone. */
export const platformTagsOf = (interpreter: InterpreterDescription): string[] => {
  const plain = `linux_${interpreter.architecture}`;
  if (interpreter.glibc === null) return [plain];
  const [major, minor] = interpreter.glibc;
  try {
    return compatiblePlatforms(parsePlatformTag(`manylinux_${major}_${minor}_${interpreter.architecture}`));
  } catch {
    return [plain];
  }
};

/** Settings of the host that steps with the network may see: pip's, proxies and certificates. Nothing else. */
const networkSettings =
  /^(?:PIP_[A-Z0-9_]+|(?:https?|no|all)_proxy|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NETRC)$/i;

/**
 * The part of an environment that a step with the network gets. `HOME` is left to the runner, since pip reads its
 * configuration and `.netrc` there.
 */
export const networkEnvironment = (host: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(host).filter(([key]) => networkSettings.test(key)));
