import type { Trust } from './controller-trust.ts';
import { quoteShell } from './quote-shell.ts';

/**
 * What the operator pastes. With a pin the chain of the certificate is not asked for, since the host does not know its
 * authority yet; curl compares the key before it sends the request, so that neither the token goes to another server
 * nor a script comes from one. Refusals are scripts too, so a failed answer is read and not hidden (no `-f`).
 */
export function writeInstallLine(url: string, trust: Trust): string {
  const options = trust.kind === 'pinned' ? `-sSk --pinnedpubkey 'sha256//${trust.pin}'` : '-sS';
  return `curl ${options} ${quoteShell(url)} | sh`;
}
