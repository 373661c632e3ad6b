import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { readConfig } from '../../api/settings-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { toTargetIndex, writePinsCommand } from '../../parts/install-command.ts';
import { InstallLine } from '../../parts/install-line.tsx';
import { Panel } from '../../parts/panel.tsx';
import { findInstall } from './model/find-install.ts';
import type { LivePlan } from './use-plan.ts';

/** The line that installs what was asked for, once every wheel of it is there. */
export function PlanInstall({ live }: { readonly live: LivePlan }): ReactElement | null {
  const { plan } = live;
  const { data: config, error, refetch } = useLiveQuery(readConfig(), { topics: [] });
  const install = findInstall(live);
  if (install === null) return null;
  if (install.left > 0) {
    return (
      <Text size="sm" c="dimmed">
        The line to install it comes when its wheels are there: {install.left.toLocaleString('en')} of{' '}
        {install.wanted.toLocaleString('en')} are not yet.
      </Text>
    );
  }
  // How others reach the controller only it knows.
  if (config === undefined)
    return error === null ? null : (
      <ErrorNotice what="Reading the address of the index" error={error} onRetry={() => void refetch()} />
    );
  const index = toTargetIndex(config.public_url, `${plan.python_tag}-${plan.platform_tag}`);
  return (
    <Panel title="Install">
      <InstallLine label="Install command" line={writePinsCommand(index, install.pins)} />
      {!config.index.upstream_passthrough && install.fromIndex > 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          {install.fromIndex === 1 ? 'One wheel is' : `${install.fromIndex.toLocaleString('en')} wheels are`}{' '}
          not of this index, which passes no others through: add --extra-index-url with the index that was
          planned from.
        </Text>
      )}
    </Panel>
  );
}
