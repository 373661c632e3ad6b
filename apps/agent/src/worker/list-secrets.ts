import type { ConfigOf } from '@ironwheel/config';
import type { workerSection } from '../config/worker-config.ts';

const userInfoOf = (text: string): string[] => {
  const url = URL.parse(text);
  if (url === null) return [];
  const { username, password } = url;
  return [password, decodeURIComponent(password), password === '' ? username : ''].filter(
    (part) => part !== '',
  );
};

/** Texts of this worker's configuration that must never stand in a build's log. */
export const listSecrets = (config: ConfigOf<typeof workerSection>): readonly string[] => [
  ...[config.CONTROL_PLANE_TOKEN, config.WORKER_TOKEN].filter((secret) => secret !== undefined),
  ...[config.INDEX_URL, ...config.EXTRA_INDEX_URL].flatMap((url) =>
    url === undefined ? [] : userInfoOf(url),
  ),
];
