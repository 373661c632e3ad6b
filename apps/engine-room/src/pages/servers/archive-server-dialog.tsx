import type { ServerView } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { archiveServer } from '../../api/server-calls.ts';
import { ConfirmAction, ImpactList } from '../../parts/confirm-action.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';

interface Props {
  readonly server: ServerView;
  readonly onClose: () => void;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export default function ArchiveServerDialog({ server, onClose }: Props): ReactElement {
  const name = nameHidden(server.name);
  return (
    <ConfirmAction
      title={`Archive ${name}`}
      explanation="Its keys hold no longer, from this moment on. The record stays; nothing brings it back into use."
      confirmLabel="Archive"
      nameToType={server.name}
      done={`${name} is archived.`}
      onClose={onClose}
      toCall={(reason, isDryRun) => archiveServer(server.server_id, reason, isDryRun)}
      renderImpact={({ ends }) => (
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            It ends {counted(ends.agents.length, 'agent')}, {counted(ends.workers.length, 'worker')} and{' '}
            {counted(ends.bundles.length, 'open install link')}
          </Text>
          <ImpactList
            items={ends.attempts.map(({ text }) => `${text}: is cut off, its job is queued again`)}
            none="It builds nothing."
          />
        </Stack>
      )}
    />
  );
}
