import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for these addresses that nobody's trust store knows. */
export function makeCertificate(directory: string, addresses: readonly string[]): Certificate {
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = addresses.map((address) => `IP:${address}`).join();
  const name = ['-subj', '/CN=ironwheel-fleet', '-addext', `subjectAltName=${names}`, '-days', '2'];
  execFileSync('openssl', [...args, ...name, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return { cert, key };
}
