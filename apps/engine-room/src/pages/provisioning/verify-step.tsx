import type { BundleView, ServerView, VerificationView } from '@ironwheel/contracts';
import { Group, Loader, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { callApi } from '../../api/call-api.ts';
import { readVerification, verifyServer } from '../../api/server-calls.ts';
import { toQueryKey } from '../../live/use-live-query.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { CheckList } from '../../parts/check-list.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Panel } from '../../parts/panel.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Age } from '../../parts/time.tsx';
import { useBar } from '../../session/may.ts';
import { SilenceNotice } from './silence-notice.tsx';
import classes from './provisioning.module.css';

interface Props {
  readonly server: ServerView;
  readonly bundle: BundleView | null;
}

/**
 * Step 4: the checks, by a button. Once it was pressed they run again whenever the host changes, until all have passed: each
 * run is an entry of the audit trail, so that they do not run by the clock.
 */
export function VerifyStep({ server, bundle }: Props): ReactElement {
  const { server_id: id } = server;
  const bar = useBar('operator');
  const client = useQueryClient();
  const [found, setFound] = useState<VerificationView>();
  const run = useMutation({
    mutationFn: () => callApi(verifyServer(id)),
    onSuccess: (verification) => {
      setFound(verification);
      client.setQueryData(toQueryKey(readVerification(id)), verification);
    },
  });
  const { isPending, mutate } = run;
  const state = [server.link_state, server.process_state, server.heartbeat_state, server.worker_id].join(' ');
  const [verifiedState, setVerifiedState] = useState<string | null>(null);
  const verify = (): void => {
    setVerifiedState(state);
    mutate();
  };
  const isOver = found?.ok === true;
  const isAgain = verifiedState !== null && verifiedState !== state && !isOver && !isPending;
  useEffect(() => {
    if (!isAgain) return;
    setVerifiedState(state);
    mutate();
  }, [isAgain, state, mutate]);
  return (
    <Panel title="Verification">
      <Stack>
        <ul className={classes.live} aria-label="The host as it is now">
          <Live name="Agent" status={server.link_state} />
          <Live name="Process" status={server.process_state} />
          <Live name="Heartbeat" status={server.heartbeat_state} />
          <Live name="Match" status={server.runtime_match} />
        </ul>
        <Group gap="sm">
          <ActionButton bar={bar ?? (isPending ? 'The checks run.' : null)} variant="filled" onClick={verify}>
            {found === undefined ? 'Verify' : 'Verify again'}
          </ActionButton>
          {bar !== null && (
            <Text size="sm" c="dimmed">
              {bar}
            </Text>
          )}
          {isPending && <Loader size="sm" aria-label="The checks run" />}
        </Group>
        {run.error !== null && <ErrorNotice what="The verification" error={run.error} onRetry={verify} />}
        <Stack gap="sm" aria-live="polite">
          {found === undefined ? (
            !isPending && (
              <Text size="sm">
                Four checks: is the agent reachable, does the worker run, does its heartbeat match this
                server, would it be given work. Nothing is claimed.
              </Text>
            )
          ) : (
            <>
              <Text size="sm" component="div">
                <StatusBadge
                  status={isOver ? 'ok' : 'problem'}
                  text={isOver ? 'all checks passed' : 'not all checks passed'}
                />{' '}
                <Age at={found.at} />
                {!isOver && '; they run again as soon as the host changes'}
              </Text>
              <CheckList checks={found.checks} />
            </>
          )}
        </Stack>
        {!isOver && <SilenceNotice server={server} bundle={bundle} />}
        {isOver && (
          <Group gap="xs">
            <LinkButton to={`/servers/${id}`} variant="filled">
              Manage the server
            </LinkButton>
            <LinkButton to="/provisioning">Provision another one</LinkButton>
          </Group>
        )}
      </Stack>
    </Panel>
  );
}

const Live = ({ name, status }: { readonly name: string; readonly status: string }): ReactElement => (
  <li>
    <span>{name}</span>
    <StatusBadge status={status} />
  </li>
);
