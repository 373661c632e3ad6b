import { networkEnvironment } from '@ironwheel/plugin-kit';
import { existsSync } from 'node:fs';
import { execFile } from 'node:child_process';

export interface PipSettings {
  /** Environment of a step with the network. May hold credentials: it goes into a file, never into arguments. */
  readonly environment: Readonly<Record<string, string>>;
  /** Files of the host that the environment names, by their place in the container; mounted read-only. */
  readonly files: readonly { readonly host: string; readonly inside: string }[];
}

const listConfig = (env: Readonly<Record<string, string>>): Promise<string> =>
  new Promise((resolve) => {
    const args = ['-m', 'pip', 'config', 'list'];
    execFile('python3', args, { env, cwd: '/', timeout: 30_000 }, (error, stdout) =>
      resolve(error === null ? stdout : ''),
    );
  });

/** Lines of `pip config list`: `global.index-url='https://…'`. A command's own section wins over `global`. */
export const parsePipConfig = (text: string): Record<string, string> => {
  const found: Record<string, string> = {};
  for (const wanted of ['global', 'download']) {
    for (const match of text.matchAll(/^([a-z-]+)\.([a-z0-9-]+)=(['"])(.*)\3$/gm)) {
      const [, section, key, , value] = match;
      if (section !== wanted || key === undefined || value === undefined) continue;
      found[`PIP_${key.toUpperCase().replaceAll('-', '_')}`] = value.replaceAll('\\n', ' ').trim();
    }
  }
  return found;
};

/** Of all that pip can be told, what means something in another place. */
const portable =
  /^PIP_(?:INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|PROXY|TIMEOUT|DEFAULT_TIMEOUT|RETRIES|NO_INDEX|CERT|CLIENT_CERT|FIND_LINKS)$/;
const fileKeys = /^(?:PIP_CERT|PIP_CLIENT_CERT|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/;

/**
 * Settings of the host's pip, of proxies and of certificates, for a container: files are mounted, directories of the
 * host are left out.
 */
export async function readPipSettings(host: Readonly<Record<string, string>>): Promise<PipSettings> {
  const merged = { ...parsePipConfig(await listConfig(host)), ...networkEnvironment(host) };
  const environment: Record<string, string> = {};
  const files = new Map<string, string>();
  for (const [key, value] of Object.entries(merged)) {
    if (fileKeys.test(key)) {
      if (!existsSync(value)) continue;
      const inside = files.get(value) ?? `/etc/ironwheel/certificate-${files.size}.pem`;
      files.set(value, inside);
      environment[key] = inside;
    } else if (key === 'PIP_FIND_LINKS') {
      const remote = value.split(/\s+/).filter((place) => /^https?:/.test(place));
      if (remote.length > 0) environment[key] = remote.join(' ');
    } else if (portable.test(key) || /_proxy$/i.test(key)) {
      environment[key] = value;
    }
  }
  return { environment, files: [...files].map(([path, inside]) => ({ host: path, inside })) };
}
