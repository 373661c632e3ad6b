import { NumberInput, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { cancelJob, retryJob, setJobPriority } from '../../api/job-calls.ts';
import { ConfirmAction } from '../../parts/confirm-action.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import type { JobVerb } from './job-verbs.ts';

/** What the dialog says of the job. */
export interface ActedJob {
  readonly jobId: string;
  readonly title: string;
  readonly priority: number | null;
  readonly holdsUp: number;
}

interface Props {
  readonly job: ActedJob;
  readonly verb: JobVerb;
  readonly onClose: () => void;
}

export default function JobActionDialog({ job, verb, onClose }: Props): ReactElement {
  switch (verb) {
    case 'cancel':
      return <CancelDialog job={job} onClose={onClose} />;
    case 'retry':
      return (
        <ConfirmAction
          title={`Retry ${nameHidden(job.title)}`}
          explanation="It is queued at once, also before its time, and may be tried as often as a new one."
          confirmLabel="Retry"
          done={`${nameHidden(job.title)} is queued.`}
          toCall={(reason, isDryRun) => (isDryRun ? null : retryJob(job.jobId, reason))}
          onClose={onClose}
        />
      );
    case 'priority':
      return <PriorityDialog job={job} onClose={onClose} />;
  }
}

type PartProps = Omit<Props, 'verb'>;

function CancelDialog({ job, onClose }: PartProps): ReactElement {
  return (
    <ConfirmAction
      title={`Cancel ${nameHidden(job.title)}`}
      explanation="The job ends for good, for every run that wants it. It can be retried later."
      confirmLabel="Cancel the job"
      done={`${nameHidden(job.title)} is cancelled.`}
      toCall={(reason, isDryRun) => cancelJob(job.jobId, reason, isDryRun)}
      renderImpact={({ cancelled, cancelling }) => (
        <Text size="sm">
          {cancelling.length > 0
            ? 'A worker builds it now; it is told within 20 seconds and stops.'
            : cancelled.length > 0
              ? 'No worker has it.'
              : 'It would stay as it is.'}
          {job.holdsUp > 0 &&
            ` ${job.holdsUp === 1 ? 'One wheel that is wanted needs' : `${job.holdsUp.toLocaleString('en')} wheels that are wanted need`} it and cannot be built then.`}
        </Text>
      )}
      onClose={onClose}
    />
  );
}

function PriorityDialog({ job, onClose }: PartProps): ReactElement {
  const [priority, setPriority] = useState(job.priority ?? 0);
  return (
    <ConfirmAction
      title={`Priority of ${nameHidden(job.title)}`}
      explanation="Jobs of a higher priority are granted first; of equal ones, those that have waited longest."
      confirmLabel="Change"
      hasReason={false}
      done={`The priority of ${nameHidden(job.title)} is ${priority}.`}
      toCall={(_reason, isDryRun) => (isDryRun ? null : setJobPriority(job.jobId, priority))}
      onClose={onClose}
    >
      <NumberInput
        label="Priority"
        description="From −1000 to 1000; usual is 0."
        value={priority}
        onChange={(value) => setPriority(Number(value) || 0)}
        min={-1000}
        max={1000}
        allowDecimal={false}
        data-autofocus
      />
    </ConfirmAction>
  );
}
