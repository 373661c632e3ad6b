import type { CheckResult } from '@ironwheel/contracts';
import { toAge } from './age.ts';
import type { VerifiedServerRow } from './verification.repository.ts';

export interface LinkTimes {
  readonly now: Date;
  /** An agent that was not heard for this long is not there, whatever its link looks like. */
  readonly silentS: number;
}

type Passed = Pick<CheckResult, 'check' | 'ok' | 'measured' | 'needed'>;

const passed = (result: Omit<Passed, 'ok'>): CheckResult => ({ ...result, ok: true, mend: null });
const failed = (result: Omit<Passed, 'ok'>, mend: string): CheckResult => ({ ...result, ok: false, mend });

const isLinked = (server: VerifiedServerRow, { now, silentS }: LinkTimes): boolean =>
  server.connected_at !== null &&
  server.last_seen_at !== null &&
  now.getTime() - server.last_seen_at.getTime() <= silentS * 1000;

/** Is the supervisor of this server there and talking to us? */
export function checkAgentReachable(server: VerifiedServerRow, times: LinkTimes): CheckResult {
  const needed = `an agent that is connected and was heard within ${times.silentS} s`;
  const result = (measured: string): Omit<Passed, 'ok'> => ({ check: 'agent_reachable', measured, needed });
  if (server.agent_id === null) {
    return failed(
      result('no agent was enrolled for this server'),
      'Make a provisioning bundle for the server and run its install line on the host.',
    );
  }
  if (server.cloned_at !== null) {
    return failed(
      result(`two machines used the key of the agent, first seen ${server.cloned_at.toISOString()}`),
      'Find out which machine is the right one, wipe the other, and provision the server anew.',
    );
  }
  const heard =
    server.last_seen_at === null ? 'never heard' : `heard ${toAge(server.last_seen_at, times.now)}`;
  if (isLinked(server, times)) return passed(result(`connected, ${heard}`));
  return failed(
    result(`not connected, ${heard}`),
    'On the host: `systemctl status ironwheel-agent`, `ironwheel agent doctor`; then network, address of the controller, and clock.',
  );
}

/** Does the worker's unit run, by the agent's last look? */
export function checkProcessState(server: VerifiedServerRow, times: LinkTimes): CheckResult {
  const result = (measured: string): Omit<Passed, 'ok'> => ({
    check: 'process_state',
    measured,
    needed: 'running',
  });
  if (server.agent_id === null || server.state === null || !isLinked(server, times)) {
    return failed(
      result('unknown: no agent tells of it'),
      'Mend `agent_reachable` first; without an agent, look on the host whether the worker runs.',
    );
  }
  const { process_state: state, units } = server.state;
  const words = units.map(
    (unit) => `${unit.unit} ${unit.active_state}/${unit.sub_state}, ${unit.restarts} restarts`,
  );
  const measured = words.length === 0 ? state : `${state} (${words.join('; ')})`;
  if (state === 'running') return passed(result(measured.slice(0, 300)));
  return failed(
    result(measured.slice(0, 300)),
    state === 'starting' || state === 'stopping'
      ? 'Wait until it has settled and verify once more.'
      : 'Start it: `ironwheel servers start NAME`; if it does not stay, `journalctl -u ironwheel-worker` on the host.',
  );
}
