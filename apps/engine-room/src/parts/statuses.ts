export type StatusTone = 'running' | 'good' | 'bad' | 'warn' | 'off';
export type StatusShapeName =
  | 'dot'
  | 'check'
  | 'cross'
  | 'ring'
  | 'half'
  | 'square'
  | 'triangle'
  | 'bars'
  | 'barred'
  | 'arrow'
  | 'dash'
  | 'question';

export interface StatusLook {
  readonly shape: StatusShapeName;
  readonly tone: StatusTone;
  readonly word: string;
}

const look = (shape: StatusShapeName, tone: StatusTone, word: string): StatusLook => ({ shape, tone, word });

/** Every state that the API tells: of jobs, attempts, events, workers, servers, links, commands, bundles, plans, inputs and artifacts. */
const statuses: Readonly<Record<string, StatusLook>> = {
  active: look('check', 'good', 'active'),
  accepted: look('check', 'good', 'accepted'),
  blocked: look('barred', 'off', 'blocked'),
  built: look('check', 'good', 'built'),
  cancelled: look('dash', 'off', 'cancelled'),
  claimed: look('dot', 'running', 'claimed'),
  closed: look('barred', 'bad', 'closed'),
  connected: look('check', 'good', 'connected'),
  delivered: look('half', 'running', 'delivered'),
  downloaded: look('half', 'running', 'downloaded'),
  draining: look('half', 'warn', 'draining'),
  done: look('check', 'good', 'done'),
  drained: look('square', 'warn', 'drained'),
  expired: look('cross', 'warn', 'expired'),
  enqueued: look('dot', 'running', 'enqueued'),
  failed: look('cross', 'bad', 'failed'),
  healthy: look('check', 'good', 'healthy'),
  idle: look('ring', 'off', 'idle'),
  issued: look('ring', 'running', 'issued'),
  lost: look('question', 'bad', 'lost'),
  matched: look('check', 'good', 'matched'),
  missing: look('cross', 'warn', 'missing'),
  never: look('ring', 'off', 'never'),
  none: look('question', 'off', 'none'),
  off: look('square', 'off', 'switched off'),
  ok: look('check', 'good', 'ok'),
  paused: look('bars', 'warn', 'paused'),
  pending: look('ring', 'off', 'pending'),
  planned: look('ring', 'off', 'planned'),
  problem: look('triangle', 'bad', 'problem'),
  quarantined: look('barred', 'bad', 'quarantined'),
  queued: look('ring', 'off', 'queued'),
  reused: look('check', 'off', 'reused'),
  revoked: look('dash', 'off', 'revoked'),
  running: look('dot', 'running', 'running'),
  served: look('check', 'good', 'served'),
  skipped: look('dash', 'off', 'skipped'),
  stale: look('triangle', 'bad', 'stale'),
  starting: look('half', 'running', 'starting'),
  stopped: look('square', 'off', 'stopped'),
  stopping: look('half', 'warn', 'stopping'),
  succeeded: look('check', 'good', 'succeeded'),
  superseded: look('dash', 'off', 'superseded'),
  unknown: look('question', 'off', 'unknown'),
  unmatched: look('question', 'warn', 'unmatched'),
  unreachable: look('cross', 'bad', 'unreachable'),
  used: look('check', 'good', 'used'),
  waiting: look('arrow', 'warn', 'waiting'),
  warning: look('triangle', 'warn', 'warning'),
  yanked: look('barred', 'warn', 'yanked'),
};

/** A word that nobody here knows is shown as it is. */
export const findStatus = (status: string): StatusLook =>
  Object.hasOwn(statuses, status)
    ? (statuses[status] ?? look('question', 'off', status))
    : look('question', 'off', status);
