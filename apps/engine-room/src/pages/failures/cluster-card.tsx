import type { JobView } from '@ironwheel/contracts';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { ActionButton } from '../../parts/action-button.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { useBar } from '../../session/may.ts';
import { toNewHintSearch } from '../hints/new-hint-address.ts';
import { readEventFacts } from '../history/event-facts.ts';
import { describeSpread, type FailureCluster } from './cluster-failures.ts';
import classes from './failures.module.css';

const RetryDialog = lazy(() => import('./retry-dialog.tsx'));

interface Props {
  readonly cluster: FailureCluster;
  /** Jobs that have failed and were not mended since. */
  readonly standing: ReadonlyMap<string, JobView>;
}

const shownEvents = 5;

/** One kind of failure: what it says, whom it hits, and what can be done for all of them. */
export function ClusterCard({ cluster, standing }: Props): ReactElement {
  const { code, cause, detail, events, packages, attemptId, jobIds } = cluster;
  const [retried, setRetried] = useState<readonly JobView[] | null>(null);
  const roleBar = useBar('operator');
  const jobs = jobIds.flatMap((id) => standing.get(id) ?? []);
  const spread = describeSpread(cluster);
  const holdsUp = jobs.reduce((sum, job) => sum + (job.holds_up ?? 0), 0);
  const [newest, oldest] = [events[0], events.at(-1)];
  return (
    <article className={classes.card}>
      <div className={classes.head}>
        <h2 className={classes.title}>
          <SafeText text={detail === '' ? (code ?? cause) : detail} max={240} />
        </h2>
        <div className={classes.actions}>
          {attemptId !== null && (
            <LinkButton
              to="/hints/new"
              search={toNewHintSearch({
                attempt: attemptId,
                package: packages.length === 1 ? packages[0] : null,
              })}
            >
              Add a hint
            </LinkButton>
          )}
          <ActionButton
            bar={roleBar ?? (jobs.length === 0 ? 'None of these jobs stands failed any more.' : null)}
            onClick={() => setRetried(jobs)}
          >
            {jobs.length === 0
              ? 'Retry'
              : `Retry ${jobs.length === 1 ? 'the job' : `${jobs.length.toLocaleString('en')} jobs`}`}
          </ActionButton>
        </div>
      </div>
      <p className={classes.facts}>
        {code !== null && <code>{code}</code>} Cause: {cause}; {count(events.length, 'failure')} of{' '}
        {count(packages.length, 'package')}
        {spread !== null && <strong> {spread}</strong>}
        {holdsUp > 0 && <>; holds up {count(holdsUp, 'wheel')}</>}; last{' '}
        <Age at={newest?.timestamp ?? null} />
        {events.length > 1 && (
          <>
            , first of these <Age at={oldest?.timestamp ?? null} />
          </>
        )}
      </p>
      <ul className={classes.events}>
        {events.slice(0, shownEvents).map((event) => {
          const facts = readEventFacts(event);
          return (
            <li key={event.event_id}>
              <ThingLink kind="package" id={event.name} text={`${event.name} ${event.version}`} />{' '}
              <span className={classes.aside}>
                {event.python_tag} {event.platform_tag}
                {facts.phase !== null && `, ${facts.phase}`}
              </span>{' '}
              {facts.attemptId !== null && <ThingLink kind="attempt" id={facts.attemptId} text="Log" />}
            </li>
          );
        })}
        {events.length > shownEvents && <li>and {events.length - shownEvents} more</li>}
      </ul>
      <Suspense>
        {retried !== null && <RetryDialog jobs={retried} onClose={() => setRetried(null)} />}
      </Suspense>
    </article>
  );
}

const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
