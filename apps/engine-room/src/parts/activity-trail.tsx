import type { StreamTopic } from '@ironwheel/contracts';
import { Loader, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { listAudit } from '../api/audit-calls.ts';
import { useLiveQuery } from '../live/use-live-query.ts';
import { useBar } from '../session/may.ts';
import { ErrorNotice } from './error-notice.tsx';
import { Panel } from './panel.tsx';
import { SafeText } from './safe-text.tsx';
import { Age } from './time.tsx';
import classes from './activity-trail.module.css';

interface Props {
  /** Id or name, as the audit trail has it. */
  readonly subject: string;
  /** Of what the thing is one. */
  readonly topic: StreamTopic;
}

const shown = 20;

/** Who did what to one thing, when and why. */
export function ActivityTrail({ subject, topic }: Props): ReactElement {
  const bar = useBar('admin');
  const trail = useLiveQuery(listAudit({ subject, limit: shown }), {
    topics: [topic],
    id: subject,
    isEnabled: bar === null,
  });
  return (
    <Panel title="Activity">
      {bar !== null ? (
        <Text size="sm" c="dimmed">
          Administrators see here who did what. {bar}
        </Text>
      ) : trail.error !== null ? (
        <ErrorNotice
          what="Reading the audit trail"
          error={trail.error}
          onRetry={() => void trail.refetch()}
        />
      ) : trail.data === undefined ? (
        <Loader size="sm" aria-label="Reading the audit trail" />
      ) : trail.data.items.length === 0 ? (
        <Text size="sm">Nobody has changed anything here.</Text>
      ) : (
        <ol className={classes.trail}>
          {trail.data.items.map((entry) => (
            <li key={entry.audit_id}>
              <span className={classes.when}>
                <Age at={entry.at} />
              </span>
              <span>
                <code>{entry.action}</code> by <SafeText text={entry.actor} max={80} />
                {entry.reason !== null && (
                  <>
                    : <SafeText text={entry.reason} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
