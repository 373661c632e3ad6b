import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { callApi } from '../../api/call-api.ts';
import { getJob } from '../../api/job-calls.ts';
import { listRecent } from '../../api/overview-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { readEventFacts } from '../history/event-facts.ts';

interface Props {
  readonly attemptId: string;
  /** Empty: none any more. */
  readonly onAttempt: (attemptId: string) => void;
}

/** The attempt whose log is tried: by its id or that of its job, or one of the latest failures. */
export function AttemptChoice({ attemptId, onAttempt }: Props): ReactElement {
  const [text, setText] = useState(attemptId);
  const find = useMutation({ mutationFn: findAttempt, onSuccess: onAttempt });
  const { data } = useLiveQuery(listRecent({ status: 'failed', limit: 20 }), { topics: ['history'] });
  const failures = (data?.items ?? []).flatMap((event) => {
    const { attemptId: value } = readEventFacts(event);
    return value === null
      ? []
      : [{ value, label: nameHidden(`${event.name} ${event.version}`.slice(0, 80)) }];
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    find.mutate(text.trim());
  };
  return (
    <form onSubmit={submit} aria-label="Choose an attempt">
      <Group align="end" gap="xs">
        <TextInput
          size="xs"
          label="Id of an attempt or a job"
          placeholder="att_…"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={60}
          w={{ base: '100%', sm: '24rem' }}
          error={find.error?.message}
        />
        <Button type="submit" size="xs" variant="default" loading={find.isPending}>
          Show
        </Button>
        {attemptId !== '' && (
          <Button size="xs" variant="default" onClick={() => onAttempt('')}>
            Paste a log instead
          </Button>
        )}
        {failures.length > 0 && (
          <NativeSelect
            size="xs"
            label="Or one of the latest failures"
            value=""
            onChange={(event) => onAttempt(event.currentTarget.value)}
            data={[{ value: '', label: 'Choose…' }, ...failures]}
          />
        )}
      </Group>
    </form>
  );
}

/** Of a job, its newest attempt that failed. */
async function findAttempt(id: string): Promise<string> {
  if (/^att_[\w-]+$/.test(id)) return id;
  if (!/^job_[\w-]+$/.test(id)) throw new Error('This is not the id of an attempt (att_…) or a job (job_…).');
  const { attempts } = await callApi(getJob(id));
  const [newest] = attempts
    .filter(({ state }) => state === 'failed')
    .toSorted((left, right) => right.number - left.number);
  if (newest === undefined) throw new Error('No attempt of this job has failed.');
  return newest.attempt_id;
}
