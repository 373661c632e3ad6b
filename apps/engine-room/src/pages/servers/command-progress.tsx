import type { CommandView } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Age, Time } from '../../parts/time.tsx';
import { describeCommand, isOpenCommand, verbNames } from './command-state.ts';
import classes from './command-progress.module.css';

/** A command that is under way, or the one that ended last: where it stands, and what it still waits for. */
export function CommandProgress({ command }: { readonly command: CommandView }): ReactElement {
  const { hold_until: holdUntil, verb, state } = command;
  const isHeld = state === 'issued' && holdUntil !== null;
  return (
    <div className={classes.command} data-state={state}>
      <div className={classes.head}>
        <strong>{verbNames[verb]}</strong>
        <StatusBadge status={isHeld ? 'waiting' : state === 'accepted' ? 'running' : state} />
        <Text size="sm" c="dimmed" component="span">
          <Age at={command.finished_at ?? command.issued_at} />
        </Text>
      </div>
      <Text size="sm" component="div">
        <SafeText text={describeCommand(command)} />
      </Text>
      {isHeld && (
        <Text size="sm" component="div">
          It waits until <Time at={holdUntil} /> at the latest (<Age at={holdUntil} />
          ); what is not done then is cut off. <em>Start</em> takes it back.
        </Text>
      )}
      {!isOpenCommand(command) && command.ended_attempts.length > 0 && (
        <Text size="sm">
          {command.ended_attempts.length === 1
            ? 'One build was cut off; its job is queued again.'
            : `${command.ended_attempts.length} builds were cut off; their jobs are queued again.`}
        </Text>
      )}
    </div>
  );
}
