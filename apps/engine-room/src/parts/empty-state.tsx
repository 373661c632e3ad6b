import { Button, Stack, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { ErrorNotice } from './error-notice.tsx';

/** The three reasons why there is nothing to see, which must not look alike. */
type Props =
  | { readonly kind: 'none'; readonly what: string; readonly action?: ReactNode }
  | {
      readonly kind: 'filtered';
      readonly what: string;
      /** Null: nobody has counted. */
      readonly hidden: number | null;
      readonly onClear: () => void;
    }
  | {
      readonly kind: 'unavailable';
      readonly what: string;
      readonly error: unknown;
      readonly onRetry: () => void;
    };

export function EmptyState(props: Props): ReactElement {
  switch (props.kind) {
    case 'none':
      return (
        <Stack align="center" gap="xs" p="xl" data-empty="none">
          <Text>There are no {props.what} yet.</Text>
          {props.action}
        </Stack>
      );
    case 'filtered':
      return (
        <Stack align="center" gap="xs" p="xl" data-empty="filtered">
          <Text>
            No {props.what} fit the filter
            {props.hidden === null ? '.' : `; ${props.hidden.toLocaleString('en')} are hidden by it.`}
          </Text>
          <Button variant="default" size="xs" onClick={props.onClear}>
            Clear the filter
          </Button>
        </Stack>
      );
    case 'unavailable':
      return (
        <Stack align="center" p="md" data-empty="unavailable">
          <ErrorNotice what={`Reading the ${props.what}`} error={props.error} onRetry={props.onRetry} />
        </Stack>
      );
  }
}
