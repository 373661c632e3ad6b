import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, type ReactElement } from 'react';
import { listArtifacts } from '../../api/artifact-calls.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { toIndexBase, toTargetIndex, writePinsCommand } from '../../parts/install-command.ts';
import { InstallLine } from '../../parts/install-line.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Panel } from '../../parts/panel.tsx';

/** How installers reach the wheels of this controller. */
export default function IndexPage(): ReactElement {
  const { data, error, refetch } = useLiveList(listArtifacts({}), { topics: ['artifacts'], most: 2_000 });
  const base = toIndexBase(data?.items[0]?.url);
  const targets = useMemo(
    () =>
      [
        ...new Set(
          (data?.items ?? []).map(
            ({ python_tag: python, platform_tag: platform }) => `${python}-${platform}`,
          ),
        ),
      ].sort(),
    [data],
  );
  return (
    <Stack>
      <PageHeader title="Package index" />
      {error !== null && (
        <ErrorNotice what="Reading the wheels" error={error} onRetry={() => void refetch()} />
      )}
      <Panel title="Install from it">
        <Stack gap="xs">
          <InstallLine label="With pip" line={`pip install --index-url ${base}/simple/ NAME`} />
          <InstallLine label="With uv" line={`uv pip install --default-index ${base}/simple/ NAME`} />
          <Text size="sm">
            Wheels of ours come first; what this controller did not build it passes through from its upstream
            index, if one is set. The origin of each project stands on its{' '}
            <Anchor inherit underline="always" renderRoot={(props) => <Link to="/packages" {...props} />}>
              page
            </Anchor>
            .
          </Text>
          <Text size="sm">
            Where the index is only for some (<code>INDEX_READ_TOKEN_REQUIRED</code>), a token goes into the
            address as the password: <code>{base.replace('://', '://token:$TOKEN@')}/simple/</code>
          </Text>
        </Stack>
      </Panel>
      <Panel title="For all projects of a machine">
        <InstallLine label="Setting for pip" line={`pip config set global.index-url ${base}/simple/`} />
      </Panel>
      <Panel title="For one target only">
        <Stack gap="xs">
          <Text size="sm">
            Wheels with a plain <code>linux_*</code> tag are served only to who asks for the target they were
            built for.
          </Text>
          {targets.length === 0 ? (
            <Text size="sm">No wheel was built yet; each target that has one is listed here.</Text>
          ) : (
            targets.map((target) => (
              <InstallLine
                key={target}
                label={`For ${target}`}
                line={writePinsCommand(toTargetIndex(base, target), ['NAME'])}
              />
            ))
          )}
        </Stack>
      </Panel>
    </Stack>
  );
}
