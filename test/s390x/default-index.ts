import { spawnSync } from 'node:child_process';

const kept = ['PIP_CERT', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];

/** Whether the index that pip on this machine is set to answers. */
export const hasDefaultIndex = (): boolean => {
  const args = ['-m', 'pip', 'index', 'versions', 'pip', '--timeout', '8', '--retries', '1'];
  return spawnSync('python3', args, { stdio: 'ignore' }).status === 0;
};

/** What of this environment leads to the index: certificates, proxies, pip's own settings. */
export const indexEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && (kept.includes(name) || name.startsWith('PIP_')) ? [[name, value]] : [],
    ),
  );
