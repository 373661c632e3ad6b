import type { CheckResult } from '@ironwheel/contracts';
import type { ReactElement } from 'react';
import { SafeText } from './safe-text.tsx';
import { StatusBadge } from './status-badge.tsx';
import classes from './check-list.module.css';

const names: Readonly<Record<string, string>> = {
  agent_reachable: 'Agent reachable',
  process_state: 'Process state',
  heartbeat_matched: 'Runtime heartbeat matched',
  claim_probe: 'Claims accepted (nothing is claimed)',
};

/** Checks of a host or a server, each with what was measured, what is needed, and what mends it. */
export function CheckList({ checks }: { readonly checks: readonly CheckResult[] }): ReactElement {
  return (
    <ol className={classes.checks}>
      {checks.map(({ check, ok, measured, needed, mend }) => (
        <li key={check} data-ok={ok}>
          <div className={classes.head}>
            <StatusBadge status={ok ? 'ok' : 'failed'} text={ok ? 'passed' : 'failed'} />
            <strong>{names[check] ?? <SafeText text={check} />}</strong>
          </div>
          <dl className={classes.values}>
            <dt>Measured</dt>
            <dd>
              <SafeText text={measured} />
            </dd>
            <dt>Needed</dt>
            <dd>
              <SafeText text={needed} />
            </dd>
            {mend !== null && (
              <>
                <dt>Mend</dt>
                <dd>
                  <SafeText text={mend} />
                </dd>
              </>
            )}
          </dl>
        </li>
      ))}
    </ol>
  );
}
