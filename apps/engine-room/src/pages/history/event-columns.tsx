import type { EventView } from '@ironwheel/contracts';
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { DataColumn } from '../../parts/data-table/index.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { writeAge } from '../../parts/write-time.ts';
import { readEventFacts } from './event-facts.ts';

const targetOf = ({ python_tag: python, platform_tag: platform }: EventView): string =>
  `${python} ${platform}`;

export const eventColumns: readonly DataColumn<EventView>[] = [
  {
    id: 'result',
    title: 'Status',
    width: 7.5,
    render: ({ status }) => <StatusBadge status={status} />,
    sortValue: ({ status }) => status,
    filterWord: ({ status }) => status,
  },
  {
    id: 'wheel',
    title: 'Wheel',
    width: 13,
    render: ({ name, version }) => (
      <ThingLink kind="package" id={name} text={`${name} ${version}`} isOneLine />
    ),
    sortValue: ({ name }) => name,
    searchText: ({ name, version }) => `${name} ${version}`,
  },
  {
    id: 'target',
    title: 'Target',
    width: 13,
    render: (event) => <SafeText text={targetOf(event)} isOneLine />,
    sortValue: targetOf,
    searchText: targetOf,
    filterWord: targetOf,
  },
  {
    id: 'detail',
    title: 'What happened',
    render: ({ detail }) => <SafeText text={detail} max={200} isOneLine />,
    searchText: (event) => `${event.detail} ${readEventFacts(event).errorCode ?? ''}`,
  },
  {
    id: 'cause',
    title: 'Cause',
    width: 6,
    render: (event) => readEventFacts(event).cause ?? '–',
    sortValue: (event) => readEventFacts(event).cause,
    filterWord: (event) => readEventFacts(event).cause ?? 'none',
  },
  {
    id: 'duration',
    title: 'Took',
    width: 6,
    isNumber: true,
    render: (event) => {
      const { durationS } = readEventFacts(event);
      return durationS === null ? '–' : writeAge(durationS * 1000);
    },
    sortValue: (event) => readEventFacts(event).durationS,
  },
  {
    id: 'when',
    title: 'When',
    width: 8.5,
    render: ({ timestamp }) => <Age at={timestamp} />,
    sortValue: ({ timestamp }) => Date.parse(timestamp),
  },
  {
    id: 'open',
    title: 'Open',
    width: 9,
    render: (event) => <EventLinks event={event} />,
  },
  {
    id: 'phase',
    title: 'Phase',
    width: 6,
    isHidden: true,
    render: (event) => readEventFacts(event).phase ?? '–',
    sortValue: (event) => readEventFacts(event).phase,
  },
  {
    id: 'code',
    title: 'Code',
    width: 12,
    isHidden: true,
    render: (event) => <SafeText text={readEventFacts(event).errorCode ?? '–'} isOneLine />,
    sortValue: (event) => readEventFacts(event).errorCode,
  },
  {
    id: 'worker',
    title: 'Worker',
    width: 10,
    isHidden: true,
    render: (event) => {
      const { workerId } = readEventFacts(event);
      return workerId === null ? '–' : <ThingLink kind="worker" id={workerId} isOneLine />;
    },
    searchText: (event) => readEventFacts(event).workerId ?? '',
  },
  {
    id: 'run',
    title: 'Run',
    width: 12,
    isHidden: true,
    render: ({ run_id: id }) => (id === null ? '–' : <ThingLink kind="run" id={id} isOneLine />),
    searchText: ({ run_id: id }) => id ?? '',
  },
];

/** The log of the attempt, and how it was decided. */
function EventLinks({ event }: { readonly event: EventView }) {
  const { attemptId } = readEventFacts(event);
  if (attemptId === null) return '–';
  return (
    <>
      <ThingLink kind="attempt" id={attemptId} text="Log" /> ·{' '}
      <Anchor inherit renderRoot={(props) => <Link to="/workers" search={{ trace: attemptId }} {...props} />}>
        Decision
      </Anchor>
    </>
  );
}
