import type { BundleView, ServerView } from '@ironwheel/contracts';

/** After this much silence the likely reasons are shown, in ms. */
export const silenceMs = 30_000;

type BundleFacts = Pick<BundleView, 'state' | 'created_at' | 'downloaded_at' | 'used_at'>;
type ServerFacts = Pick<ServerView, 'link_state' | 'process_state' | 'heartbeat_state'>;

export interface Waiting {
  /** What is waited for. */
  readonly what: string;
  /** Since when nothing more was heard, in ms. */
  readonly sinceMs: number;
  /** Why it may not come, the likeliest first, each with where to look. */
  readonly reasons: readonly string[];
}

const fromHost = [
  'The line was not pasted yet, or not as root.',
  'The host does not reach the controller: name, firewall, or a proxy in between. Try the link with curl on the host.',
  'PUBLIC_URL of the controller names an address that the host does not know.',
  'curl said that the key does not match: somebody else answered. Nothing has happened then.',
];
const fromInstaller = [
  'A check on the host failed and nothing was changed: its terminal says what was measured and what mends it.',
  'The host has no Node 24 and the controller has none for its architecture (ironwheel runtime import).',
  'The image is still being built; that can take some minutes on a slow host.',
  'Its clock is more than 60 s off.',
];
const fromAgent = [
  'The unit of the agent does not run: systemctl status ironwheel-agent, journalctl -u ironwheel-agent.',
  'A proxy between the host and the controller lets no websocket through.',
  'Its clock is more than 5 minutes off.',
];
const fromProcess = [
  'The unit of the worker does not stay up: journalctl -u ironwheel-worker.',
  'Limits of memory do not hold on this host (LIMITS_NOT_ENFORCED in its log).',
];
const fromWorker = [
  'The worker cannot reach the API: its log says why (journalctl -u ironwheel-worker).',
  'The worker on the host has keys of another enrolment: run the install line again.',
];

/** What the host owes us next, and why that may not come. Null: nothing is owed. */
export function findWaiting(
  bundle: BundleFacts | null,
  server: ServerFacts,
  lastNewsMs: number,
): Waiting | null {
  const wait = (what: string, at: string | null, reasons: readonly string[]): Waiting => ({
    what,
    sinceMs: Math.max(lastNewsMs, at === null ? 0 : Date.parse(at)),
    reasons,
  });
  if (bundle?.state === 'issued') return wait('the host to fetch the script', bundle.created_at, fromHost);
  if (bundle?.state === 'downloaded') return wait('the host to enrol', bundle.downloaded_at, fromInstaller);
  if (bundle?.state !== 'used' && server.link_state === 'never') return null;
  const usedAt = bundle?.used_at ?? null;
  if (server.link_state !== 'connected') return wait('its agent to connect', usedAt, fromAgent);
  if (server.process_state !== 'running') return wait('its worker to run', usedAt, fromProcess);
  if (server.heartbeat_state !== 'healthy') return wait('the first heartbeat', usedAt, fromWorker);
  return null;
}
