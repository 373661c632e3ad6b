import { Loader, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { listRecent } from '../../api/overview-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import classes from './overview.module.css';

const shown = 10;

export function LatestResults(): ReactElement {
  const { data, error, refetch } = useLiveQuery(listRecent({ limit: shown }), { topics: ['history'] });
  return (
    <Panel title="Latest results">
      {error !== null ? (
        <ErrorNotice what="Reading the history" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loader size="sm" aria-label="Reading the history" />
      ) : data.items.length === 0 ? (
        <Text size="sm">Nothing was built yet. Hand in requirements with ironwheel build.</Text>
      ) : (
        <ul className={classes.lines} data-testid="latest-results">
          {data.items.map((event) => (
            <li key={event.event_id} className={classes.line}>
              <StatusBadge status={event.status} />
              <span>
                <ThingLink kind="package" id={event.name} /> <SafeText text={event.version} max={60} />{' '}
                <span className={classes.aside}>
                  <SafeText text={`${event.python_tag} ${event.platform_tag}`} max={80} />
                </span>
                {event.detail !== '' && (
                  <span className={classes.detail}>
                    <SafeText text={event.detail} max={140} />
                  </span>
                )}
              </span>
              <span className={classes.aside}>
                <Age at={event.timestamp} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
