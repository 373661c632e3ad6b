import type { DecisionTraceView } from '@ironwheel/contracts';
import { Text, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { Facts } from '../../parts/facts.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { writeAge } from '../../parts/write-time.ts';
import classes from './decision-trace.module.css';

const percent = (p: number | null): string | null => (p === null ? null : `${Math.round(p * 100)} %`);

/** One decision, from what was seen to what was done, with what spoke against the others. */
export function DecisionTrace({ decision }: { readonly decision: DecisionTraceView }): ReactElement {
  return (
    <article className={classes.trace}>
      <Title order={3} size="h6">
        {decision.action.replaceAll('_', ' ')}, because of {decision.cause}
      </Title>
      <Text>
        <SafeText text={decision.reason} />
      </Text>
      <Facts
        facts={[
          ['Decided', <Age key="at" at={decision.decided_at} />],
          ['Attempt', <ThingLink key="attempt" kind="attempt" id={decision.attempt_id} />],
          ['Job', <ThingLink key="job" kind="job" id={decision.job_id} />],
          ['Rule', decision.rule_id === null ? null : <SafeText key="rule" text={decision.rule_id} />],
          ['Sure of the cause', percent(decision.cause_confidence)],
          ['Sure of the action', percent(decision.p)],
          ['Waits', decision.wait_s === null ? null : writeAge(decision.wait_s * 1000)],
          ['Policy', `version ${decision.policy.version}`],
          ['Came true', decision.label === null ? 'not known yet' : decision.label.came_true ? 'yes' : 'no'],
          ['Run again', <Replay key="replay" replay={decision.replay} />],
        ]}
      />
      <ol className={classes.steps}>
        {decision.steps.map((step) => (
          <li key={step.seq}>
            <strong>{step.step.replaceAll('_', ' ')}</strong>: <SafeText text={step.outcome} />
            {step.rule_id !== null && (
              <>
                {' '}
                by the rule <code>{step.rule_id}</code>
              </>
            )}
            {step.matched.map((line) => (
              <div key={line.line_no} className={classes.line}>
                <span className={classes.number}>{line.line_no === 0 ? 'end' : line.line_no}</span>
                <SafeText text={line.text} max={300} />
              </div>
            ))}
          </li>
        ))}
      </ol>
      <Alternatives decision={decision} />
      <Overrides decision={decision} />
      <details>
        <summary>All that it was made of</summary>
        <pre className={classes.snapshot} tabIndex={0}>
          <SafeText text={JSON.stringify(decision.snapshot, null, 2)} max={20_000} />
        </pre>
      </details>
    </article>
  );
}

function Replay({ replay }: Pick<DecisionTraceView, 'replay'>): ReactElement {
  if (replay.ok === null) return <SafeText text={replay.detail} />;
  return (
    <StatusBadge
      status={replay.ok ? 'ok' : 'failed'}
      text={replay.ok ? 'comes out the same' : replay.detail}
    />
  );
}

function Alternatives({ decision }: { readonly decision: DecisionTraceView }): ReactElement | null {
  if (decision.alternatives.length === 0) return null;
  return (
    <table className={classes.alternatives}>
      <caption>What else there was</caption>
      <thead>
        <tr>
          <th scope="col">Action</th>
          <th scope="col">Sure</th>
          <th scope="col">Needed</th>
          <th scope="col">Barred by</th>
        </tr>
      </thead>
      <tbody>
        {decision.alternatives.map((one, index) => (
          <tr key={index}>
            <td>{one.action.replaceAll('_', ' ')}</td>
            <td>{percent(one.p)}</td>
            <td>{percent(one.least)}</td>
            <td>{one.barred_by === null ? '–' : <SafeText text={one.barred_by} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Overrides({ decision }: { readonly decision: DecisionTraceView }): ReactElement | null {
  if (decision.overrides.length === 0) return null;
  return (
    <ul>
      {decision.overrides.map((one) => (
        <li key={one.audit_id}>
          <Age at={one.at} />: <SafeText text={one.actor} /> <code>{one.action}</code>
          {one.reason !== null && (
            <>
              , <SafeText text={one.reason} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
