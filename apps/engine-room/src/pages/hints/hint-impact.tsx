import type { HintView } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { listJobs } from '../../api/job-calls.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { countOpen, writeSuccess } from './hint-rows.ts';

/** More are not counted. */
const mostJobs = 500;

/** What hangs on a hint: builds that have its recipe, and those that it stands for. */
export function HintImpact({ hint }: { readonly hint: HintView }): ReactElement {
  const { stats, patterns, package: name } = hint;
  const open = countOpen(stats);
  const success = writeSuccess(stats);
  return (
    <Stack gap={4}>
      <Text size="sm">
        {stats.applied === 0
          ? 'It was applied nowhere.'
          : `It was applied ${stats.applied === 1 ? 'once' : `${stats.applied.toLocaleString('en')} times`}${success === null ? '' : `; success ${success}`}.`}
      </Text>
      {open > 0 && (
        <Text size="sm">
          {open === 1 ? 'One job has its recipe and keeps it.' : `${open} jobs have its recipe and keep it.`}
        </Text>
      )}
      {patterns.length === 0 && name !== null && <StandingImpact name={name} />}
    </Stack>
  );
}

/** A standing hint goes into what is claimed from now on. */
function StandingImpact({ name }: { readonly name: string }): ReactElement {
  const { data } = useLiveList(listJobs({ package: name, state: 'queued' }), {
    topics: ['jobs'],
    most: mostJobs,
  });
  if (data === undefined) return <Text size="sm">Counting the jobs that it stands for…</Text>;
  const count = `${data.items.length.toLocaleString('en')}${data.isCut ? ' or more' : ''}`;
  return (
    <Text size="sm">
      {data.items.length === 0
        ? `No job of ${name} waits to be claimed.`
        : `${count} queued ${data.items.length === 1 ? 'job' : 'jobs'} of ${name} may be of a version that it stands for.`}
    </Text>
  );
}
