import type { CommandView, ServerView } from '@ironwheel/contracts';
import { Button, Loader, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { CheckList } from '../../parts/check-list.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { SmallTable } from '../../parts/small-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { writeLag } from '../../parts/write-time.ts';
import { describeCommand, verbNames } from './command-state.ts';
import { useCommands } from './use-commands.ts';

const step = 10;
/** As many as the API gives at once. */
const most = 500;

/** What the agent was told, by whom, why, and how it ended. */
export function CommandHistory({ server }: { readonly server: ServerView }): ReactElement {
  const [limit, setLimit] = useState(step);
  const { commands, total, error, refetch } = useCommands(server.server_id, limit);
  return (
    <Panel title="Command history">
      {error !== null && (
        <ErrorNotice what="Reading its commands" error={error} onRetry={() => void refetch()} />
      )}
      {commands === undefined ? (
        error === null && <Loader size="sm" aria-label="Reading its commands" />
      ) : commands.length === 0 ? (
        <Text size="sm">Its agent was told nothing yet.</Text>
      ) : (
        <SmallTable
          label="Commands of this server"
          rows={commands}
          toId={({ command_id }) => command_id}
          columns={[
            { title: 'Command', render: ({ verb }) => verbNames[verb] },
            { title: 'State', render: ({ state }) => <StatusBadge status={state} /> },
            { title: 'When', render: ({ issued_at }) => <Age at={issued_at} /> },
            { title: 'Took', render: writeDuration },
            { title: 'By', render: ({ actor }) => <SafeText text={actor} max={80} /> },
            {
              title: 'Reason',
              render: ({ reason }) => (reason === null ? '–' : <SafeText text={reason} />),
            },
            { title: 'Outcome', render: (command) => <Outcome command={command} /> },
          ]}
        />
      )}
      {commands !== undefined && commands.length < Math.min(total, most) && (
        <Button
          size="compact-sm"
          variant="default"
          mt="xs"
          onClick={() => setLimit(Math.min(most, limit * 4))}
        >
          Show older ({(total - commands.length).toLocaleString('en')} more)
        </Button>
      )}
    </Panel>
  );
}

const writeDuration = ({ issued_at, finished_at }: CommandView): string =>
  finished_at === null ? '–' : writeLag(Math.max(0, Date.parse(finished_at) - Date.parse(issued_at)));

function Outcome({ command }: { readonly command: CommandView }): ReactElement {
  return (
    <>
      <SafeText text={describeCommand(command)} />
      {command.ended_attempts.map((id) => (
        <div key={id}>
          cut off: <ThingLink kind="attempt" id={id} />
        </div>
      ))}
      {command.checks !== null && command.checks.length > 0 && <CheckList checks={command.checks} />}
    </>
  );
}
