import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { clearQueue } from '../../api/job-calls.ts';
import { ConfirmAction } from '../../parts/confirm-action.tsx';

export default function ClearDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <ConfirmAction
      title="Clear the queue"
      explanation="Every job that is queued is cancelled, and runs that want it go without. What workers build goes on."
      confirmLabel="Cancel all queued jobs"
      nameToType="clear the queue"
      done="The queue is empty."
      toCall={clearQueue}
      renderImpact={({ cancelled }) => (
        <Text size="sm" fw={600}>
          {cancelled.length === 0
            ? 'Nothing is queued.'
            : `${cancelled.length.toLocaleString('en')} ${cancelled.length === 1 ? 'job' : 'jobs'} would be cancelled.`}
        </Text>
      )}
      onClose={onClose}
    />
  );
}
