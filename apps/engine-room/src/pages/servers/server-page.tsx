import type { ServerView } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { getServer } from '../../api/server-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ActivityTrail } from '../../parts/activity-trail.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { CommandHistory } from './command-history.tsx';
import { ProcessControl } from './process-control.tsx';
import { ServerDiagnostics } from './server-diagnostics.tsx';
import { ServerFacts } from './server-facts.tsx';
import { toServerState } from './server-state.ts';
import { ServerVerification } from './server-verification.tsx';
import { ServerWorkers } from './server-workers.tsx';

/** Links and heartbeats are told by nobody. */
const pollMs = 5_000;

export default function ServerPage(): ReactElement {
  const { serverId = '' }: { serverId?: string } = useParams({ strict: false });
  const { data, error, refetch } = useLiveQuery(getServer(serverId), {
    topics: ['servers', 'workers'],
    pollMs,
  });
  if (data === undefined) {
    if (error === null) return <PagePending />;
    return (
      <>
        <PageHeader title="Server" />
        <ErrorNotice what="Reading the server" error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  return <ServerDetails server={data} error={error} onRetry={() => void refetch()} />;
}

interface Props {
  readonly server: ServerView;
  readonly error: unknown;
  readonly onRetry: () => void;
}

function ServerDetails({ server, error, onRetry }: Props): ReactElement {
  const { status, text } = toServerState(server);
  const isArchived = server.archived_at !== null;
  return (
    <Stack>
      <div>
        <PageHeader
          title={<SafeText text={server.name} max={120} />}
          aside={<StatusBadge status={status} text={text} />}
          actions={
            isArchived ? undefined : (
              <>
                <LinkButton to={`/servers/${server.server_id}/edit`}>Edit</LinkButton>
                <LinkButton to="/provisioning" search={{ server: server.server_id, step: 'bundle' }}>
                  Provision
                </LinkButton>
              </>
            )
          }
        />
        {error !== null && <ErrorNotice what="Reading the server again" error={error} onRetry={onRetry} />}
        {isArchived && <Text>It is archived: its keys hold no longer, and nothing can be done with it.</Text>}
        {server.description !== '' && (
          <Text size="sm">
            <SafeText text={server.description} max={1000} />
          </Text>
        )}
      </div>
      <ServerDiagnostics server={server} />
      {!isArchived && <ProcessControl server={server} />}
      <CommandHistory server={server} />
      <ServerVerification server={server} />
      <ServerWorkers server={server} />
      <ServerFacts server={server} />
      <ActivityTrail subject={server.server_id} topic="servers" />
    </Stack>
  );
}
