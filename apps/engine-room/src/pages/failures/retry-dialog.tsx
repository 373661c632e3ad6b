import type { JobView } from '@ironwheel/contracts';
import { Button, Group, Progress, Stack, Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { callApi } from '../../api/call-api.ts';
import { retryJob } from '../../api/job-calls.ts';
import { newIdempotencyKey } from '../../api/new-key.ts';
import { ImpactList } from '../../parts/confirm-action.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { showToast } from '../../parts/toasts.ts';

interface Props {
  /** As they were when it was asked: what comes later is not touched. */
  readonly jobs: readonly JobView[];
  readonly onClose: () => void;
}

interface Refused {
  readonly title: string;
  readonly error: unknown;
}

const titleOf = ({ name, version, python_tag: python }: JobView): string =>
  `${name} ${version} for ${python}`;

/** Retries many jobs, one after the other, each as a deed of its own; says which were refused. */
export default function RetryDialog({ jobs, onClose }: Props): ReactElement {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [done, setDone] = useState<number | null>(null);
  const [refused, setRefused] = useState<readonly Refused[]>([]);
  const [key] = useState(newIdempotencyKey);
  const isRunning = done !== null && done < jobs.length;
  const retryAll = async (): Promise<void> => {
    const failed: Refused[] = [];
    for (const [index, job] of jobs.entries()) {
      setDone(index);
      try {
        await callApi({ ...retryJob(job.job_id, reason.trim()), idempotencyKey: `${key}-${index}` });
      } catch (error) {
        failed.push({ title: titleOf(job), error });
      }
    }
    setDone(jobs.length);
    setRefused(failed);
    showToast(`${jobs.length - failed.length} of ${jobs.length} jobs are queued.`);
    await client.invalidateQueries({ predicate: ({ meta }) => meta?.live !== undefined });
    if (failed.length === 0) onClose();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void retryAll();
  };
  return (
    <Dialog isOpen onClose={onClose} title={`Retry ${jobs.length === 1 ? 'a job' : `${jobs.length} jobs`}`}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">
            Each is queued at once and may be tried as often as a new one. Unless something was mended since,
            they will fail again.
          </Text>
          <ImpactList items={jobs.map(titleOf)} none="No jobs." />
          <Textarea
            label="Reason"
            description="What is different now; stands in the audit trail."
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            rows={2}
            data-autofocus
          />
          {done !== null && (
            <Progress value={(100 * done) / jobs.length} aria-label="Jobs that were asked for" />
          )}
          {refused.map(({ title, error }) => (
            <ErrorNotice key={title} what={title} error={error} />
          ))}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {done === null ? 'Cancel' : 'Close'}
            </Button>
            <Button type="submit" loading={isRunning} disabled={done === jobs.length}>
              Retry
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
