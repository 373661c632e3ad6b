import type { ServerView } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { getServer } from '../../api/server-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { useBar } from '../../session/may.ts';
import { PagePending } from '../../shell/page-pending.tsx';
import { ServerEditForm } from './server-edit-form.tsx';

const ArchiveServerDialog = lazy(() => import('./archive-server-dialog.tsx'));

export default function ServerEditPage(): ReactElement {
  const { serverId = '' }: { serverId?: string } = useParams({ strict: false });
  const { data, error, refetch } = useLiveQuery(getServer(serverId), { topics: ['servers'] });
  if (data === undefined) {
    if (error === null) return <PagePending />;
    return (
      <>
        <PageHeader title="Edit a server" />
        <ErrorNotice what="Reading the server" error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  return (
    <Stack maw={760}>
      <div>
        <PageHeader
          title={
            <>
              Edit <SafeText text={data.name} max={120} />
            </>
          }
          actions={<LinkButton to={`/servers/${serverId}`}>Back to the server</LinkButton>}
        />
        {error !== null && (
          <ErrorNotice what="Reading the server again" error={error} onRetry={() => void refetch()} />
        )}
      </div>
      {data.archived_at === null ? (
        <>
          <ServerEditForm key={serverId} server={data} onRead={() => refetch()} />
          <ArchivePanel server={data} />
        </>
      ) : (
        <Text>It is archived; nothing of it can be changed.</Text>
      )}
    </Stack>
  );
}

function ArchivePanel({ server }: { readonly server: ServerView }): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const bar = useBar('admin');
  return (
    <Panel title="Archive">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          Takes the server out of use: the keys of its agent and workers hold no longer, and what they build
          goes to others. It cannot be undone; the name stays taken.
        </Text>
        <ActionButton bar={bar} color="red" onClick={() => setAsked(true)}>
          Archive…
        </ActionButton>
      </Stack>
      {isAsked && (
        <Suspense>
          <ArchiveServerDialog server={server} onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </Panel>
  );
}
