import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { ApiError } from '../api/api-error.ts';
import { CopyButton } from './copy-button.tsx';
import { SafeText } from './safe-text.tsx';

interface Props {
  /** What did not work: "The list of workers". */
  readonly what: string;
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** An error with its code, what the controller said, and what to do about it. */
export function ErrorNotice({ what, error, onRetry }: Props): ReactElement {
  const known = error instanceof ApiError ? error : null;
  const correlationId = known?.correlationId ?? null;
  return (
    <Alert variant="outline" color="red" title={`${what} failed`} role="alert" maw={720}>
      <Stack gap="xs">
        <Text size="sm">
          <SafeText text={error instanceof Error ? error.message : String(error)} />
        </Text>
        {known !== null && known.issues.length > 0 && (
          <List size="sm">
            {known.issues.map(({ path, message }) => (
              <List.Item key={`${path} ${message}`}>
                <SafeText text={path} />: <SafeText text={message} />
              </List.Item>
            ))}
          </List>
        )}
        {known !== null && (
          <Text size="sm" c="dimmed">
            {known.whatToDo} <code>{known.code}</code>
          </Text>
        )}
        <Group gap="xs">
          {onRetry !== undefined && (
            <Button size="xs" variant="default" onClick={onRetry}>
              Try again
            </Button>
          )}
          {correlationId !== null && <CopyButton text={correlationId} label="Copy correlation id" />}
        </Group>
      </Stack>
    </Alert>
  );
}
