import { bundleViewSchema, type BundleView, type ServerView } from '@ironwheel/contracts';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { callApi } from '../../api/call-api.ts';
import { newIdempotencyKey } from '../../api/new-key.ts';
import { createBundle, readBundle } from '../../api/provisioning-calls.ts';
import { toQueryKey } from '../../live/use-live-query.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useBar } from '../../session/may.ts';
import { BundleLife, isOpenBundle } from './bundle-life.tsx';
import type { WizardStep } from './wizard-steps.ts';

const RevokeBundleDialog = lazy(() => import('./revoke-bundle-dialog.tsx'));

/** The line of a bundle, which the controller tells once. */
export interface ToldLine {
  readonly bundleId: string;
  readonly line: string;
}

interface Props {
  readonly server: ServerView;
  readonly bundle: BundleView | null;
  readonly told: ToldLine | null;
  readonly onTold: (line: ToldLine) => void;
  readonly onGo: (step: WizardStep) => void;
}

/** Step 2: a link that is good for 15 minutes and one host. */
export function BundleStep({ server, bundle, told, onTold, onGo }: Props): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const [isLost, setLost] = useState(false);
  const bar = useBar('operator');
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () => callApi({ ...createBundle(server.server_id), idempotencyKey: newIdempotencyKey() }),
    onSuccess: (made) => {
      const { install_line: line } = made;
      const view = bundleViewSchema.parse(made);
      client.setQueryData(toQueryKey(readBundle(server.server_id)), view);
      if (line === undefined) setLost(true);
      else onTold({ bundleId: view.bundle_id, line });
    },
  });
  const isOpen = bundle !== null && isOpenBundle(bundle);
  const isKnown = isOpen && told?.bundleId === bundle.bundle_id;
  const wasInstalled = server.link_state !== 'never';
  return (
    <Panel title="Provisioning bundle">
      <Stack>
        <Text size="sm">
          A bundle is a link that holds for 15 minutes and is used up by one host. With it the host gets the
          agent and makes its own keys.
        </Text>
        {wasInstalled && (
          <Text size="sm">
            An agent is enrolled for this server already. On the same host the line repairs or upgrades it;
            when another host enrols, the keys of the old one are revoked in the same moment.
          </Text>
        )}
        {bundle === null ? (
          <Text size="sm">This server has no bundle yet.</Text>
        ) : (
          <BundleLife bundle={bundle} />
        )}
        {isOpen && !isKnown && (
          <Text size="sm">
            There is an open bundle, whose line was shown when it was made and can be shown no more. A new one
            ends it.
          </Text>
        )}
        {isLost && (
          <Text size="sm">The bundle was made, but its line was lost on the way. Make another one.</Text>
        )}
        {make.error !== null && <ErrorNotice what="Making the bundle" error={make.error} />}
        <Group gap="xs">
          <ActionButton
            bar={bar ?? (make.isPending ? 'It is being made.' : null)}
            variant={isKnown ? 'default' : 'filled'}
            onClick={() => make.mutate()}
          >
            {isOpen ? 'Make a new bundle, end this one' : 'Make a bundle'}
          </ActionButton>
          {isOpen && (
            <ActionButton bar={bar} onClick={() => setAsked(true)}>
              Revoke…
            </ActionButton>
          )}
          {isKnown && (
            <Button size="xs" onClick={() => onGo('install')}>
              Go on to the line
            </Button>
          )}
          {(bundle?.state === 'used' || wasInstalled) && (
            <Button size="xs" variant="default" onClick={() => onGo('verify')}>
              Go on to verification
            </Button>
          )}
        </Group>
      </Stack>
      {isAsked && (
        <Suspense>
          <RevokeBundleDialog server={server} onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </Panel>
  );
}
