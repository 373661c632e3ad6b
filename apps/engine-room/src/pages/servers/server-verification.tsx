import type { ServerView } from '@ironwheel/contracts';
import { Loader, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { callApi } from '../../api/call-api.ts';
import { readVerification, verifyServer } from '../../api/server-calls.ts';
import { toQueryKey, useLiveFind } from '../../live/use-live-query.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { CheckList } from '../../parts/check-list.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Age } from '../../parts/time.tsx';
import { useBar } from '../../session/may.ts';

/** What the last verification found, and another one by a button. It claims nothing and changes nothing. */
export function ServerVerification({ server }: { readonly server: ServerView }): ReactElement {
  const { server_id: id } = server;
  const roleBar = useBar('operator');
  const client = useQueryClient();
  const last = useLiveFind(readVerification(id), 'VERIFICATION_NOT_FOUND', { topics: ['servers'], id });
  const run = useMutation({
    mutationFn: () => callApi(verifyServer(id)),
    onSuccess: (found) => client.setQueryData(toQueryKey(readVerification(id)), found),
  });
  const bar = roleBar ?? (server.archived_at === null ? null : 'It is archived.');
  return (
    <Panel
      title="Verification"
      aside={
        <ActionButton
          bar={bar ?? (run.isPending ? 'It is being verified.' : null)}
          onClick={() => run.mutate()}
        >
          {run.isPending ? 'Verifying…' : 'Verify now'}
        </ActionButton>
      }
    >
      <Stack gap="sm" aria-live="polite">
        {run.error !== null && <ErrorNotice what="The verification" error={run.error} />}
        {last.data !== undefined && last.data !== null ? (
          <>
            <Text size="sm" component="div">
              <StatusBadge
                status={last.data.ok ? 'ok' : 'problem'}
                text={last.data.ok ? 'all checks passed' : 'not all checks passed'}
              />{' '}
              <Age at={last.data.at} />
            </Text>
            <CheckList checks={last.data.checks} />
          </>
        ) : last.data === null ? (
          <Text size="sm">It was not verified yet.</Text>
        ) : last.error === null ? (
          <Loader size="sm" aria-label="Reading the verification" />
        ) : (
          <ErrorNotice
            what="Reading the verification"
            error={last.error}
            onRetry={() => void last.refetch()}
          />
        )}
      </Stack>
    </Panel>
  );
}
