import type { BundleState } from '@ironwheel/contracts';
import type { BundleOfServer, BundleRow } from './bundle.row.ts';

/** issued ──► downloaded ──► used; before that, a bundle ends as revoked or expired. */
export function bundleStateOf(
  bundle: Pick<BundleRow, 'used_at' | 'revoked_at' | 'expires_at' | 'downloaded_at'>,
  now: Date,
): BundleState {
  if (bundle.used_at !== null) return 'used';
  if (bundle.revoked_at !== null) return 'revoked';
  if (bundle.expires_at <= now) return 'expired';
  return bundle.downloaded_at === null ? 'issued' : 'downloaded';
}

/** Why nothing can be installed with this bundle, as one sentence for who holds its link; null when it can. */
export function findRefusal(bundle: BundleOfServer, now: Date): string | null {
  const state = bundleStateOf(bundle, now);
  if (state === 'used') {
    return `This link was used at ${at(bundle.used_at)}: a host enrolled with it, and each link is good for one.`;
  }
  if (state === 'revoked') return `This link was revoked at ${at(bundle.revoked_at)}.`;
  if (state === 'expired') return `This link expired at ${at(bundle.expires_at)}.`;
  if (bundle.server_archived_at !== null) return `The server ${bundle.server_name} is archived.`;
  if (bundle.server_pool !== bundle.pool) {
    return `The server ${bundle.server_name} was moved from pool ${bundle.pool} to ${bundle.server_pool} since this link was made.`;
  }
  return null;
}

const at = (time: Date | null): string => `${(time ?? new Date(0)).toISOString().slice(0, 19)}Z`;
