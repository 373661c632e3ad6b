import type { Environment } from '@ironwheel/config';
import { join } from 'node:path';
import type { RunnerChoice } from './choose-runner.ts';
import type { PipSettings } from './ask-pip.ts';

export interface LocalPlace {
  readonly dataDirectory: string;
  readonly port: number;
  readonly url: string;
}

export const stateDirectory = (place: LocalPlace): string => join(place.dataDirectory, 'agent');

/** Keys that only one of the programs knows; the others refuse unknown keys of this prefix. */
const ownKeys = {
  cli: ['IRONWHEEL_URL', 'IRONWHEEL_TOKEN', 'IRONWHEEL_TOKEN_FILE'],
  agent: [
    'IRONWHEEL_STATE_DIR',
    'IRONWHEEL_ENROLLMENT_TOKEN',
    'IRONWHEEL_ENROLLMENT_TOKEN_FILE',
    'IRONWHEEL_ALLOW_PROCESS_RUNNER',
    'IRONWHEEL_DRIVER_DIR',
  ],
  controller: [
    'IRONWHEEL_DATA_DIR',
    'CONTROL_PLANE_TOKEN',
    'CONTROL_PLANE_TOKEN_FILE',
    'DATABASE_URL',
    'DATABASE_URL_FILE',
    // The local worker claims from the controller and drains no queue by itself.
    'QUEUE_BACKEND',
  ],
} as const;

const without = (env: Environment, keys: readonly string[]): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(env).filter(([key]) => !keys.includes(key)));

const isHttp = (url: string): boolean => /^https?:\/\//.test(url);
const isSet = (env: Environment, key: string): boolean =>
  (env[key] ?? '') !== '' || (env[`${key}_FILE`] ?? '') !== '';

/** Index, certificates and proxy as pip has them; what the environment already says wins. */
export function pipEnvironment(pip: PipSettings | null, env: Environment): Record<string, string> {
  if (pip === null) return {};
  const added: Record<string, string> = {};
  const add = (key: string, value: string): void => {
    if (!isSet(env, key)) added[key] = value;
  };
  if (!pip.no_index && pip.index_url !== null && isHttp(pip.index_url) && !isSet(env, 'INDEX_URL')) {
    add('INDEX_URL', pip.index_url);
    const extra = pip.extra_index_urls.filter(isHttp);
    if (extra.length > 0) add('EXTRA_INDEX_URL', extra.join(' '));
  }
  if (pip.cert !== null) {
    add('NODE_EXTRA_CA_CERTS', pip.cert);
    add('PIP_CERT', pip.cert);
  }
  if (pip.proxy !== null) {
    const proxy = isHttp(pip.proxy) ? pip.proxy : `http://${pip.proxy}`;
    add('HTTP_PROXY', proxy);
    add('HTTPS_PROXY', proxy);
    // Node's own switch for these variables; the controller on this machine is never reached through a proxy.
    add('NODE_USE_ENV_PROXY', '1');
    add('NO_PROXY', 'localhost,127.0.0.1,::1');
  }
  return added;
}

export function controllerEnvironment(
  env: Environment,
  place: LocalPlace,
  pip: PipSettings | null,
): Record<string, string | undefined> {
  return {
    ...without(env, [...ownKeys.cli, ...ownKeys.agent]),
    ...pipEnvironment(pip, env),
    HTTP_ADDR: `127.0.0.1:${place.port}`,
    IRONWHEEL_DATA_DIR: place.dataDirectory,
  };
}

/** The worker sees none of the controller's secrets: foreign code runs beside it. */
export function agentEnvironment(
  env: Environment,
  place: LocalPlace,
  pip: PipSettings | null,
  runner: RunnerChoice,
): Record<string, string | undefined> {
  return {
    ...without(env, [...ownKeys.cli, ...ownKeys.controller]),
    ...pipEnvironment(pip, env),
    CONTROL_PLANE_URL: place.url,
    IRONWHEEL_STATE_DIR: stateDirectory(place),
    RUNNER: runner.name,
    ...(runner.name === 'process' ? { IRONWHEEL_ALLOW_PROCESS_RUNNER: 'true' } : {}),
    // For trying out on one machine; a host of a fleet does not claim without limits that hold.
    ...(runner.name === 'podman' && !isSet(env, 'WORKER_ALLOW_UNENFORCED_LIMITS')
      ? { WORKER_ALLOW_UNENFORCED_LIMITS: 'true' }
      : {}),
    ...(runner.image === null ? {} : { CONTAINER_IMAGE: runner.image }),
    ...(isSet(env, 'DRAIN_TIMEOUT_S') ? {} : { DRAIN_TIMEOUT_S: '10' }),
  };
}
