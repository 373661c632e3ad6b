import type { ServerView } from '@ironwheel/contracts';
import { Loader, Stack, Text, TextInput } from '@mantine/core';
import { useDeferredValue, useState, type ReactElement } from 'react';
import { listServers } from '../../api/server-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { toServerState } from '../servers/server-state.ts';
import classes from './provisioning.module.css';

const most = 8;

/** Finds one by its name, address or host name. The inventory itself has a page of its own. */
export function SelectServer({ onChosen }: { readonly onChosen: (id: string) => void }): ReactElement {
  const [text, setText] = useState('');
  const asked = useDeferredValue(text.trim());
  const { data, error, refetch } = useLiveQuery(listServers({ q: asked, limit: most }), {
    topics: ['servers'],
    isEnabled: asked !== '',
    keepsPrevious: true,
  });
  const found = asked === '' ? undefined : data;
  const left = (found?.total ?? 0) - (found?.items.length ?? 0);
  return (
    <Stack gap="sm">
      <TextInput
        label="Name, address or host name"
        type="search"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maxLength={100}
      />
      {error !== null && (
        <ErrorNotice what="Looking for servers" error={error} onRetry={() => void refetch()} />
      )}
      <div role="status">
        {asked === '' ? (
          <Text size="sm" c="dimmed">
            Type a part of it. A server that was installed before can be installed again: its keys are
            replaced when the host enrols.
          </Text>
        ) : found === undefined ? (
          error === null && <Loader size="sm" aria-label="Looking for servers" />
        ) : (
          found.items.length === 0 && <Text size="sm">No server fits that.</Text>
        )}
      </div>
      {found !== undefined && (
        <ul className={classes.found}>
          {found.items.map((server) => (
            <FoundServer key={server.server_id} server={server} onChosen={onChosen} />
          ))}
        </ul>
      )}
      {left > 0 && <Text size="sm">and {left.toLocaleString('en')} more; type more of the name.</Text>}
    </Stack>
  );
}

interface FoundProps {
  readonly server: ServerView;
  readonly onChosen: (id: string) => void;
}

function FoundServer({ server, onChosen }: FoundProps): ReactElement {
  const { status, text } = toServerState(server);
  return (
    <li>
      <button type="button" className={classes.foundButton} onClick={() => onChosen(server.server_id)}>
        <span>
          <strong>
            <SafeText text={server.name} />
          </strong>{' '}
          in pool <SafeText text={server.pool} />
        </span>
        <StatusBadge status={status} text={text} />
      </button>
    </li>
  );
}
