import { Loader, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { listAudit } from '../../api/audit-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { Age } from '../../parts/time.tsx';
import { useBar } from '../../session/may.ts';
import classes from './overview.module.css';

const shown = 10;

/** What people changed last; for administrators, as the audit trail is. */
export function LatestChanges(): ReactElement {
  const bar = useBar('admin');
  const { data, error, refetch } = useLiveQuery(listAudit({ limit: shown }), {
    topics: ['workers', 'servers', 'pools', 'hints', 'policies', 'claims', 'tokens', 'plans', 'inputs'],
    isEnabled: bar === null,
  });
  return (
    <Panel title="Latest changes by people">
      {bar !== null ? (
        <Text size="sm" c="dimmed">
          Administrators see here what was changed. {bar}
        </Text>
      ) : error !== null ? (
        <ErrorNotice what="Reading the audit trail" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loader size="sm" aria-label="Reading the audit trail" />
      ) : data.items.length === 0 ? (
        <Text size="sm">Nobody has changed anything.</Text>
      ) : (
        <ul className={classes.lines}>
          {data.items.map((entry) => (
            <li key={entry.audit_id} className={classes.change}>
              <span>
                <code>{entry.action}</code>{' '}
                {entry.subject !== null && <SafeText text={entry.subject} max={60} />}
                <span className={classes.detail}>
                  <SafeText text={entry.actor} max={60} />
                  {entry.reason !== null && (
                    <>
                      : <SafeText text={entry.reason} max={140} />
                    </>
                  )}
                </span>
              </span>
              <span className={classes.aside}>
                <Age at={entry.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
