import type { ServerView } from '@ironwheel/contracts';
import { Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { callApi } from '../../api/call-api.ts';
import { newIdempotencyKey } from '../../api/new-key.ts';
import { commandServer, listCommands } from '../../api/server-calls.ts';
import { toQueryKey } from '../../live/use-live-query.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { useBar } from '../../session/may.ts';
import { CommandProgress } from './command-progress.tsx';
import { isOpenCommand, verbNames } from './command-state.ts';
import { useCommands } from './use-commands.ts';
import type { EndingVerb } from './stop-dialog.tsx';

const StopDialog = lazy(() => import('./stop-dialog.tsx'));
const looked = 10;

/** Start, stop, restart and status of the worker's process, by the agent on the host. */
export function ProcessControl({ server }: { readonly server: ServerView }): ReactElement {
  const { server_id: id } = server;
  const [asked, setAsked] = useState<EndingVerb | null>(null);
  const roleBar = useBar('operator');
  const client = useQueryClient();
  const { commands = [] } = useCommands(id, looked);
  const send = useMutation({
    mutationFn: (verb: 'start' | 'status') =>
      callApi({ ...commandServer(id, verb), idempotencyKey: newIdempotencyKey() }),
    onSettled: () => client.invalidateQueries({ queryKey: toQueryKey(listCommands(id, looked)) }),
  });
  const bar = roleBar ?? findLinkBar(server);
  const open = commands.filter(isOpenCommand);
  const [newest] = commands;
  const shown = open.length > 0 ? open : newest === undefined ? [] : [newest];
  return (
    <Panel
      title="Infrastructure control"
      aside={<StatusBadge status={server.process_state} text={`process ${server.process_state}`} />}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Acts on the process of the worker on the host. Whether the worker claims jobs is steered on its own
          page (pause, drain, quarantine).
        </Text>
        <Group gap="xs">
          <ActionButton bar={bar} onClick={() => send.mutate('start')}>
            Start
          </ActionButton>
          <ActionButton bar={bar} onClick={() => setAsked('stop')}>
            Stop…
          </ActionButton>
          <ActionButton bar={bar} onClick={() => setAsked('restart')}>
            Restart…
          </ActionButton>
          <ActionButton bar={bar} onClick={() => send.mutate('status')}>
            Status
          </ActionButton>
        </Group>
        {bar !== null && (
          <Text size="sm" c="dimmed">
            {bar}
          </Text>
        )}
        {send.error !== null && <ErrorNotice what={verbNames[send.variables]} error={send.error} />}
        <Stack gap="xs" aria-live="polite">
          {shown.map((command) => (
            <CommandProgress key={command.command_id} command={command} />
          ))}
        </Stack>
      </Stack>
      {asked !== null && (
        <Suspense>
          <StopDialog server={server} verb={asked} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </Panel>
  );
}

function findLinkBar({ link_state }: ServerView): string | null {
  if (link_state === 'connected') return null;
  return link_state === 'never'
    ? 'No agent is installed on it yet, so that nobody would carry it out. Provision it first.'
    : 'Its agent is not connected, so that nobody would carry it out. Look on the host: systemctl status ironwheel-agent.';
}
