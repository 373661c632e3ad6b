import type { ServerView } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import classes from './server-diagnostics.module.css';

/** What is wrong, and the four states that a server has: they are told apart, since one says nothing of another. */
export function ServerDiagnostics({ server }: { readonly server: ServerView }): ReactElement {
  const { problems } = server;
  return (
    <Panel title="Diagnostics">
      <Stack gap="sm">
        {problems.length === 0 ? (
          <Text size="sm">Nothing needs a person here.</Text>
        ) : (
          <ul className={classes.problems}>
            {problems.map(({ code, text }) => (
              <li key={`${code} ${text}`}>
                <StatusBadge
                  status={code === 'not_enrolled' ? 'never' : 'problem'}
                  text={code.replaceAll('_', ' ')}
                />
                <SafeText text={text} />
              </li>
            ))}
          </ul>
        )}
        <div className={classes.states}>
          <State
            name="Process"
            status={server.process_state}
            says="of its worker, by the agent’s last look"
          />
          <State name="Agent" status={server.link_state} says="the agent’s own link to the controller" />
          <State name="Heartbeat" status={server.heartbeat_state} says="of its worker, by its age" />
          <State
            name="Match"
            status={server.runtime_match}
            says={
              server.matched_by === null
                ? 'no worker is known to run on it'
                : `a worker is known by its ${server.matched_by.replaceAll('_', ' ')}`
            }
          />
        </div>
      </Stack>
    </Panel>
  );
}

interface StateProps {
  readonly name: string;
  readonly status: string;
  readonly says: ReactNode;
}

const State = ({ name, status, says }: StateProps): ReactElement => (
  <div className={classes.state}>
    <span className={classes.name}>{name}</span>
    <StatusBadge status={status} />
    <span className={classes.says}>{says}</span>
  </div>
);
