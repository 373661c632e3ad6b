import type { auditEntrySchema, StreamTopic } from '@ironwheel/contracts';
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactElement, type SubmitEvent } from 'react';
import type { z } from 'zod';
import { listAudit } from '../../api/audit-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { DataTable } from '../../parts/data-table/index.ts';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { useBar } from '../../session/may.ts';
import { auditColumns } from './audit-columns.tsx';

const AuditEntryDialog = lazy(() => import('./audit-entry-dialog.tsx'));

export type AuditEntry = z.output<typeof auditEntrySchema>;
type Filter = Readonly<Record<'actor' | 'action' | 'subject', string>>;

const pageSize = 200;
const pollMs = 15_000;
/** Whatever people change. Jobs are left out: most of what changes them is no deed of a person. */
const topics: readonly StreamTopic[] = [
  'workers',
  'servers',
  'pools',
  'claims',
  'hints',
  'policies',
  'tokens',
  'plans',
  'inputs',
  'projects',
  'artifacts',
  'runtimes',
];
const toId = ({ audit_id }: AuditEntry): string => audit_id;
const toLabel = ({ action, subject }: AuditEntry): string => nameHidden(`${action} ${subject ?? ''}`);

/** Who did what to what, when and why: the newest first, a page at a time. */
export default function AuditPanel(): ReactElement {
  const bar = useBar('admin');
  if (bar !== null) return <Text size="sm">Administrators see here who did what. {bar}</Text>;
  return <AuditTrail />;
}

function AuditTrail(): ReactElement {
  const search: Partial<Filter> & { offset?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  const filter: Filter = {
    actor: search.actor ?? '',
    action: search.action ?? '',
    subject: search.subject ?? '',
  };
  const offset = /^\d{1,6}$/.test(search.offset ?? '') ? Number(search.offset) : 0;
  const call = listAudit({ ...filter, limit: pageSize, offset });
  const answer = useLiveQuery(call, { topics, pollMs });
  const go = (next: Filter, nextOffset = 0): void =>
    void navigate({
      to: '.',
      search: { tab: 'audit', ...next, offset: nextOffset === 0 ? '' : String(nextOffset) },
      resetScroll: false,
    });
  const isFiltered = Object.values(filter).some((text) => text !== '');
  const total = answer.data?.total ?? 0;
  const key = JSON.stringify([filter, offset]);
  return (
    <>
      <FilterForm key={key} filter={filter} onFilter={go} />
      <DataTable
        key={`${key} table`}
        what="entries shown"
        columns={auditColumns}
        rows={answer.data?.items}
        toId={toId}
        toLabel={toLabel}
        answer={answer}
        call={call}
        outside={isFiltered || offset > 0 ? { hidden: null, onClear: () => go(noFilter) } : undefined}
        whenNone={<Text size="sm">Everything that people change is written down here.</Text>}
        onOpen={setOpened}
      />
      <Group justify="space-between" mt="xs">
        <Text size="sm" c="dimmed" role="status">
          {answer.data !== undefined && total > 0 && describePage(offset, answer.data.items.length, total)}
        </Text>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            disabled={offset === 0}
            onClick={() => go(filter, Math.max(0, offset - pageSize))}
          >
            Newer
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={offset + pageSize >= total}
            onClick={() => go(filter, offset + pageSize)}
          >
            Older
          </Button>
        </Group>
      </Group>
      {opened !== null && (
        <Suspense>
          <AuditEntryDialog entry={opened} onClose={() => setOpened(null)} />
        </Suspense>
      )}
    </>
  );
}

const noFilter: Filter = { actor: '', action: '', subject: '' };

const describePage = (offset: number, count: number, total: number): string =>
  `${(offset + 1).toLocaleString('en')} to ${(offset + count).toLocaleString('en')} of ${total.toLocaleString('en')}, the newest first`;

interface FormProps {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

/** The controller looks through the whole trail, not only through what is shown. */
function FilterForm({ filter, onFilter }: FormProps): ReactElement {
  const [typed, setTyped] = useState(filter);
  const field = (name: keyof Filter, label: string, placeholder: string, most: number): ReactElement => (
    <TextInput
      size="xs"
      label={label}
      placeholder={placeholder}
      value={typed[name]}
      onChange={(event) => {
        const { value } = event.currentTarget;
        setTyped((before) => ({ ...before, [name]: value }));
      }}
      maxLength={most}
      w={{ base: '100%', xs: 240 }}
    />
  );
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onFilter({
      actor: typed.actor.trim(),
      action: typed.action.trim(),
      subject: typed.subject.trim(),
    });
  };
  return (
    <form onSubmit={submit} aria-label="Filter the audit trail">
      <Group align="end" gap="xs" mb="sm">
        {field('actor', 'Who', 'part of a name or id', 200)}
        {field('action', 'Did what, exactly', 'POST /api/claims/pause', 100)}
        {field('subject', 'To what, exactly', 'id or name', 200)}
        <Button type="submit" size="xs">
          Search the trail
        </Button>
        {JSON.stringify(filter) !== JSON.stringify(noFilter) && (
          <Button size="xs" variant="default" onClick={() => onFilter(noFilter)}>
            Clear
          </Button>
        )}
      </Group>
    </form>
  );
}
