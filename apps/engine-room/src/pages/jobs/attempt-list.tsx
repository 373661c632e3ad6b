import type { AttemptView } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { findLink } from '../../app/links.ts';
import { LinkButton } from '../../parts/link-button.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { writeAge } from '../../parts/write-time.ts';
import { toNewHintSearch } from '../hints/new-hint-address.ts';
import { findToldLine } from '../log/find-told-cause.ts';
import classes from './attempt-list.module.css';

interface Props {
  readonly attempts: readonly AttemptView[];
  /** Of whose wheel they are. */
  readonly packageName: string;
}

/** Newest first: how each attempt ended, and what was decided. */
export function AttemptList({ attempts, packageName }: Props): ReactElement {
  if (attempts.length === 0) return <Text size="sm">No worker has tried it yet.</Text>;
  return (
    <ol className={classes.list}>
      {attempts
        .toSorted((left, right) => right.number - left.number)
        .map((attempt) => (
          <li key={attempt.attempt_id} className={classes.attempt}>
            <StatusBadge status={attempt.state} />
            <div>
              <div>
                {findLink('attempt', attempt.attempt_id) === null ? (
                  <>Attempt {attempt.number}</>
                ) : (
                  <ThingLink
                    kind="attempt"
                    id={attempt.attempt_id}
                    text={`Log of attempt ${attempt.number}`}
                  />
                )}{' '}
                on{' '}
                <ThingLink
                  kind="worker"
                  id={attempt.worker_id}
                  text={attempt.worker_name ?? attempt.worker_id}
                />
                {attempt.phase !== null && `, ${attempt.phase}`}
                {attempt.duration_s !== null && `, ${writeAge(attempt.duration_s * 1000)}`}
              </div>
              {attempt.error !== null && (
                <div>
                  <code>{attempt.error.code}</code> <SafeText text={attempt.error.message} max={300} />{' '}
                  {attempt.state === 'failed' && (
                    <LinkButton
                      isSmall
                      to="/hints/new"
                      search={toNewHintSearch({
                        attempt: attempt.attempt_id,
                        package: packageName,
                        line: findToldLine(attempt),
                      })}
                      label={`Add a hint for attempt ${attempt.number}`}
                    >
                      Add a hint
                    </LinkButton>
                  )}
                </div>
              )}
              {attempt.decision !== null && (
                <div className={classes.decision}>
                  Then: {attempt.decision.action.replaceAll('_', ' ')}.{' '}
                  <SafeText text={attempt.decision.reason} />
                </div>
              )}
            </div>
            <Age at={attempt.finished_at ?? attempt.started_at ?? attempt.claimed_at} />
          </li>
        ))}
    </ol>
  );
}
