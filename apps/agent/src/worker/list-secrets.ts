import { processEnvironment, type ConfigOf } from '@ironwheel/config';
import type { workerSection } from '../config/worker-config.ts';

/** Password (else user) of a URL, as it stands there and decoded. */
export const listUrlSecrets = (text: string): string[] => {
  const url = URL.parse(text);
  if (url === null) return [];
  const secret = url.password === '' ? url.username : url.password;
  if (secret === '') return [];
  // A stray percent sign is no encoding; then the text as it stands is all there is.
  const isEncoded = /^(?:[^%]|%[0-9A-Fa-f]{2})*$/.test(secret);
  return isEncoded ? [secret, Buffer.from(unescapeBytes(secret), 'latin1').toString('utf8')] : [secret];
};

const unescapeBytes = (text: string): string =>
  text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

/** Keys of the environment that pip and its tools read, and whose URLs may hold a password. */
const urlKeys = /^(?:PIP_(?:EXTRA_)?INDEX_URL|PIP_FIND_LINKS|(?:https?|all)_proxy)$/i;

const foreignUrls = (): string[] =>
  Object.entries(processEnvironment()).flatMap(([key, value]) =>
    urlKeys.test(key) && value !== undefined ? value.split(/\s+/) : [],
  );

/** Texts of this worker's configuration and environment that must never stand in a build's log. */
export const listSecrets = (config: ConfigOf<typeof workerSection>): readonly string[] => [
  ...[config.CONTROL_PLANE_TOKEN, config.WORKER_TOKEN].filter((secret) => secret !== undefined),
  ...[config.INDEX_URL ?? '', ...config.EXTRA_INDEX_URL, ...foreignUrls()].flatMap(listUrlSecrets),
];
