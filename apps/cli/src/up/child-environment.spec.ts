import { describe, expect, it } from 'vitest';
import type { PipSettings } from './ask-pip.ts';
import { agentEnvironment, controllerEnvironment, pipEnvironment } from './child-environment.ts';

const pip: PipSettings = {
  index_url: 'https://index.test/simple/',
  extra_index_urls: ['https://two.test/simple', 'file:///srv/wheels'],
  no_index: false,
  cert: '/etc/ca.pem',
  proxy: null,
  trusted_hosts: [],
  python_version: '3.11',
  python_tag: 'cp311',
  platform: 'linux-x86_64',
};
const place = { dataDirectory: '/data', port: 8081, url: 'http://127.0.0.1:8081' };

describe('pipEnvironment', () => {
  it('hands over what pip would use', () => {
    expect(pipEnvironment(pip, {})).toEqual({
      INDEX_URL: 'https://index.test/simple/',
      EXTRA_INDEX_URL: 'https://two.test/simple',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
      PIP_CERT: '/etc/ca.pem',
    });
  });

  it('leaves what the environment says, also by file', () => {
    const given = { INDEX_URL_FILE: '/run/index', NODE_EXTRA_CA_CERTS: '/own.pem' };
    expect(pipEnvironment(pip, given)).toEqual({ PIP_CERT: '/etc/ca.pem' });
  });

  it('names no index when pip is told to use none', () => {
    expect(pipEnvironment({ ...pip, no_index: true, cert: null }, {})).toEqual({});
  });

  it('never sends calls to this machine through a proxy', () => {
    expect(pipEnvironment({ ...pip, proxy: 'proxy.test:3128' }, {})).toMatchObject({
      HTTPS_PROXY: 'http://proxy.test:3128',
      NO_PROXY: 'localhost,127.0.0.1,::1',
    });
  });
});

it('gives each program its own keys only', () => {
  const env = {
    PATH: '/bin',
    IRONWHEEL_TOKEN: 't',
    CONTROL_PLANE_TOKEN: 'admin',
    DATABASE_URL: 'postgres://x',
    IRONWHEEL_STATE_DIR: '/s',
  };
  const controller = controllerEnvironment(env, place, pip);
  expect(controller).toMatchObject({
    CONTROL_PLANE_TOKEN: 'admin',
    HTTP_ADDR: '127.0.0.1:8081',
    IRONWHEEL_DATA_DIR: '/data',
  });
  expect(Object.keys(controller)).not.toContain('IRONWHEEL_TOKEN');
  expect(Object.keys(controller)).not.toContain('IRONWHEEL_STATE_DIR');

  const agent = agentEnvironment(env, place, pip, { name: 'process', image: null, reason: '' });
  expect(agent).toMatchObject({
    RUNNER: 'process',
    IRONWHEEL_ALLOW_PROCESS_RUNNER: 'true',
    IRONWHEEL_STATE_DIR: '/data/agent',
  });
  for (const secret of ['CONTROL_PLANE_TOKEN', 'DATABASE_URL', 'IRONWHEEL_TOKEN'])
    expect(Object.keys(agent)).not.toContain(secret);
});
