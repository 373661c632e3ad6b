import type { TokenView } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { revokeToken } from '../../api/settings-calls.ts';
import { ConfirmAction } from '../../parts/confirm-action.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { Age } from '../../parts/time.tsx';
import { useSession } from '../../session/session-context.ts';

interface Props {
  readonly token: TokenView;
  readonly onClose: () => void;
}

export default function RevokeTokenDialog({ token, onClose }: Props): ReactElement {
  const { session } = useSession();
  const name = nameHidden(token.name);
  return (
    <ConfirmAction
      title={`Revoke ${name}`}
      explanation="Whoever uses it is refused from now on, and its sessions in browsers end. It cannot be undone."
      confirmLabel="Revoke"
      nameToType={token.name}
      done={`${name} is revoked.`}
      onClose={onClose}
      toCall={(reason, isDryRun) => (isDryRun ? null : revokeToken(token.token_id, reason))}
    >
      <Text size="sm" component="div">
        Role {token.role}; last used: <Age at={token.last_used_at} />
        {token.token_id === session.token_id && (
          <strong> It is the one that you are signed in with: you will be signed out.</strong>
        )}
      </Text>
    </ConfirmAction>
  );
}
