import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { LoadedConfig } from '@ironwheel/config';
import { Injectable } from '@nestjs/common';
import { AppError, Clock, httpSection } from '../../platform/index.ts';
import { provisioningSection } from './provisioning.section.ts';

/** How a host can be sure that it speaks with this controller. */
export type Trust =
  /** Plain http: it cannot. */
  | { readonly kind: 'none' }
  /** By the authorities that every system knows. */
  | { readonly kind: 'public' }
  /** By the key of the certificate (`pin`: base64 of the SHA-256 of its SPKI), later by what signed it. */
  | { readonly kind: 'pinned'; readonly pin: string; readonly caPem: string };

const certificateForm = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const mostIntermediates = 10;

/** What hosts are told of the certificate that they will see at the controller's public URL. */
@Injectable()
export class ControllerTrust {
  readonly #certFile: string | undefined;

  constructor(
    config: LoadedConfig,
    private readonly clock: Clock,
  ) {
    const { PUBLIC_CERT_FILE } = config.get(provisioningSection);
    this.#certFile = PUBLIC_CERT_FILE ?? config.get(httpSection).TLS_CERT_FILE;
  }

  /** The files are read anew each time: certificates are renewed while the controller runs. */
  async read(baseUrl: string): Promise<Trust> {
    if (!baseUrl.startsWith('https:')) return { kind: 'none' };
    if (this.#certFile === undefined) return { kind: 'public' };
    const chain = await readChain(this.#certFile);
    const leaf = chain[0];
    const anchor = chain.at(-1);
    if (leaf === undefined || anchor === undefined) {
      throw new AppError(
        'SERVICE_UNAVAILABLE',
        'The controller cannot read its own certificate; see TLS_CERT_FILE.',
      );
    }
    if (isPubliclyTrusted(chain, publicRoots(), this.clock.now())) return { kind: 'public' };
    const spki = leaf.publicKey.export({ type: 'spki', format: 'der' });
    return {
      kind: 'pinned',
      pin: createHash('sha256').update(spki).digest('base64'),
      caPem: anchor.toString(),
    };
  }
}

async function readChain(file: string): Promise<X509Certificate[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return (text.match(certificateForm) ?? []).map((pem) => new X509Certificate(pem));
}

let roots: readonly X509Certificate[] | undefined;
/** Those that come with Node: an authority of this machine alone is not known to a fresh host. */
const publicRoots = (): readonly X509Certificate[] =>
  (roots ??= getCACertificates('bundled').map((pem) => new X509Certificate(pem)));

const isSignedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

/** Follows the chain from its leaf until a known root has signed a certificate of it. */
export function isPubliclyTrusted(
  chain: readonly X509Certificate[],
  known: readonly X509Certificate[],
  now: Date,
): boolean {
  let current = chain[0];
  for (let depth = 0; current !== undefined && depth < mostIntermediates; depth += 1) {
    const certificate = current;
    if (now < certificate.validFromDate || now > certificate.validToDate) return false;
    if (known.some((root) => isSignedBy(certificate, root))) return true;
    current = chain.find((other) => other !== certificate && isSignedBy(certificate, other));
  }
  return false;
}
