import { Button, Group, Text, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { ErrorNotice } from '../error-notice.tsx';
import { isConflict } from './is-conflict.ts';

interface Props {
  /** What is being done, for an error: "Saving the pool". */
  readonly what: string;
  /** Both are left out where the API takes none. */
  readonly reason?: string;
  readonly onReason?: (reason: string) => void;
  readonly error: Error | null;
  /** Why it cannot be saved; null when it can. */
  readonly why: string | null;
  readonly onRevert: () => void;
  readonly isChanged: boolean;
  readonly isLocked: boolean;
  readonly isSaving: boolean;
}

/** The end of a form: the reason of the change, what failed, and the buttons. */
export function SaveBar(props: Props): ReactElement {
  const { what, reason, onReason, error, why, onRevert, isChanged, isLocked, isSaving } = props;
  return (
    <>
      {onReason !== undefined && (
        <TextInput
          label="Reason"
          description="Stands in the audit trail."
          value={reason ?? ''}
          onChange={(event) => onReason(event.currentTarget.value)}
          maxLength={500}
          disabled={isLocked}
        />
      )}
      {error !== null && !isConflict(error) && <ErrorNotice what={what} error={error} />}
      <Group justify="flex-end" gap="sm">
        {why !== null && (
          <Text size="sm" c="dimmed">
            {why}
          </Text>
        )}
        <Button variant="default" onClick={onRevert} disabled={!isChanged || isLocked}>
          Revert
        </Button>
        <Button type="submit" disabled={why !== null} loading={isSaving}>
          Save
        </Button>
      </Group>
    </>
  );
}
