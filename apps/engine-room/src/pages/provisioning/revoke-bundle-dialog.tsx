import type { ServerView } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { revokeBundle } from '../../api/provisioning-calls.ts';
import { ConfirmAction } from '../../parts/confirm-action.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';

interface Props {
  readonly server: ServerView;
  readonly onClose: () => void;
}

export default function RevokeBundleDialog({ server, onClose }: Props): ReactElement {
  return (
    <ConfirmAction
      title={`Revoke the bundle of ${nameHidden(server.name)}`}
      explanation="Its link holds no longer. A host that has enrolled with it is not touched."
      confirmLabel="Revoke"
      done="The bundle is revoked."
      onClose={onClose}
      toCall={(reason, isDryRun) => revokeBundle(server.server_id, reason, isDryRun)}
      renderImpact={({ state }) => (
        <Text size="sm" component="div">
          It is now: <StatusBadge status={state} />
        </Text>
      )}
    />
  );
}
