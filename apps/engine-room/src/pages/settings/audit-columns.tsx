import type { auditEntrySchema } from '@ironwheel/contracts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import type { LinkedKind } from '../../app/links.ts';
import type { DataColumn } from '../../parts/data-table/index.ts';
import { SafeText } from '../../parts/safe-text.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';

type AuditEntry = z.output<typeof auditEntrySchema>;

const kinds: Readonly<Record<string, LinkedKind>> = {
  wrk: 'worker',
  srv: 'server',
  job: 'job',
  att: 'attempt',
  run: 'run',
  hint: 'hint',
};

/** A link where the subject is the id of something that has a page. */
export function Subject({ subject }: { readonly subject: string | null }): ReactElement {
  if (subject === null) return <>–</>;
  const kind = kinds[/^([a-z]+)_[0-9a-f-]{36}$/.exec(subject)?.[1] ?? ''];
  return kind === undefined ? (
    <SafeText text={subject} max={200} isOneLine />
  ) : (
    <ThingLink kind={kind} id={subject} isOneLine />
  );
}

export const auditColumns: readonly DataColumn<AuditEntry>[] = [
  { id: 'at', title: 'When', width: 9, render: ({ at }) => <Age at={at} /> },
  {
    id: 'who',
    title: 'Who',
    width: 13,
    render: ({ actor }) => <SafeText text={actor} max={120} isOneLine />,
    searchText: ({ actor }) => actor,
  },
  { id: 'role', title: 'Role', width: 6, render: ({ role }) => role },
  {
    id: 'what',
    title: 'Did what',
    width: 18,
    render: ({ action }) => <SafeText text={action} max={120} isOneLine />,
    searchText: ({ action }) => action,
  },
  {
    id: 'to',
    title: 'To what',
    width: 15,
    render: ({ subject }) => <Subject subject={subject} />,
    searchText: ({ subject }) => subject ?? '',
  },
  {
    id: 'why',
    title: 'Why',
    render: ({ reason }) => (reason === null ? '–' : <SafeText text={reason} max={200} isOneLine />),
    searchText: ({ reason }) => reason ?? '',
  },
  {
    id: 'from',
    title: 'From',
    width: 9,
    isHidden: true,
    render: ({ remote_addr }) => <SafeText text={remote_addr} max={60} isOneLine />,
  },
  {
    id: 'correlation',
    title: 'Correlation id',
    width: 16,
    isHidden: true,
    render: ({ correlation_id }) => <SafeText text={correlation_id} max={80} isOneLine />,
    searchText: ({ correlation_id }) => correlation_id,
  },
];
