import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { setClaimsSwitch } from '../../api/overview-calls.ts';
import { ConfirmAction } from '../../parts/confirm-action.tsx';

interface Props {
  readonly willPause: boolean;
  readonly waiting: number | undefined;
  readonly onClose: () => void;
}

export default function ClaimsDialog({ willPause, waiting, onClose }: Props): ReactElement {
  return (
    <ConfirmAction
      title={willPause ? 'Pause all claims' : 'Resume all claims'}
      explanation={
        willPause
          ? 'No worker gets a new job until claims are resumed. What is being built goes on, and its results are taken.'
          : 'Workers get jobs again, at once.'
      }
      confirmLabel={willPause ? 'Pause all claims' : 'Resume all claims'}
      done={willPause ? 'All claims are paused.' : 'Claims go on.'}
      toCall={(reason, isDryRun) => (isDryRun ? null : setClaimsSwitch(willPause, reason))}
      onClose={onClose}
    >
      <Text size="sm">
        {waiting === undefined ? '' : `${waiting.toLocaleString('en')} jobs could be taken now.`}
      </Text>
    </ConfirmAction>
  );
}
