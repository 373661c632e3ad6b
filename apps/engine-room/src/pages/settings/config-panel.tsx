import { Loader, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { readConfig } from '../../api/settings-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Facts, type Fact } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';

const text = (value: string): ReactElement => <SafeText text={value} max={300} />;

/** What the controller goes by, as it is after files, environment and defaults; nothing secret is in it. */
export default function ConfigPanel(): ReactElement {
  const { data, error, refetch } = useLiveQuery(readConfig(), { topics: ['claims'], pollMs: 60_000 });
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        What is in force now, after environment and defaults; tokens and passwords are left out. It is changed
        by the environment of the controller, and a restart.
      </Text>
      {error !== null && (
        <ErrorNotice what="Reading the configuration" error={error} onRetry={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Loader size="sm" aria-label="Reading the configuration" />
      ) : (
        <>
          <Panel
            title="What is built"
            aside={<CopyButton text={JSON.stringify(data, null, 2)} label="Copy as JSON" />}
          >
            <Facts
              facts={[
                ['Python', text(data.target.python_version)],
                ['Python tag', text(data.target.python_tag)],
                ['Platform tag', text(data.target.platform_tag)],
                ['Strategy', data.strategy],
                ['Claims', <StatusBadge key="claims" status={data.claims_paused ? 'paused' : 'active'} />],
              ]}
            />
          </Panel>
          <Panel title="Where it comes from and goes to">
            <Facts
              facts={[
                ['Index', text(data.index.index_url ?? 'as pip is set up')],
                ['Further indexes', text(data.index.extra_index_urls.join(', ') || 'none')],
                ['Pass-through', data.index.upstream_passthrough ? 'on' : 'off'],
                ['Queue', text(data.queue_backend)],
                ['Artifact store', text(data.artifact_store)],
                ['Database', text(`${data.database.kind}, Postgres ${data.database.server_version}`)],
              ]}
            />
          </Panel>
          <Panel title="The controller">
            <Facts
              facts={[
                ['Version', text(data.version)],
                ['Public URL', text(data.public_url)],
                ...Object.entries(data.environment).map(([name, value]): Fact => [
                  name.replaceAll('_', ' '),
                  text(value === '' ? 'none' : value),
                ]),
              ]}
            />
          </Panel>
        </>
      )}
    </Stack>
  );
}
