import { Button, Stack, Tabs, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { listJobs } from '../../api/job-calls.ts';
import { listQueue, readClaimsSwitch } from '../../api/overview-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { DataTable } from '../../parts/data-table/index.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { useBar } from '../../session/may.ts';
import { ClaimsControl } from '../overview/claims-control.tsx';
import { columnsOfTab } from './queue-columns.tsx';
import { queueTabs, type QueueRow, type QueueTab } from './queue-row.ts';
import { useQueue } from './use-queue.ts';

const EnqueueDialog = lazy(() => import('./enqueue-dialog.tsx'));
const ClearDialog = lazy(() => import('./clear-dialog.tsx'));

const toId = ({ jobId }: QueueRow): string => jobId;
const toLabel = ({ name, version }: QueueRow): string => `Open the job of ${name} ${version}`;
const isTab = (text: string | undefined): text is QueueTab => queueTabs.some((tab) => tab === text);

const tabTitles: Readonly<Record<QueueTab, string>> = {
  claimable: 'Claimable',
  held: 'Held',
  building: 'Building',
};
const emptyTexts: Readonly<Record<QueueTab, string>> = {
  claimable: 'A worker that asks now gets nothing. Hand in a plan, or enqueue a wheel by hand.',
  held: 'Nothing is held up.',
  building: 'No worker builds at the moment.',
};
const whats: Readonly<Record<QueueTab, string>> = {
  claimable: 'claimable jobs',
  held: 'held jobs',
  building: 'jobs in the hands of workers',
};

export default function QueuePage(): ReactElement {
  const { tab: asked }: { tab?: string } = useSearch({ strict: false });
  const tab = isTab(asked) ? asked : 'claimable';
  const navigate = useNavigate();
  const bar = useBar('operator');
  const [dialog, setDialog] = useState<'enqueue' | 'clear' | null>(null);
  const queue = useQueue(tab);
  const claims = useLiveQuery(readClaimsSwitch(), { topics: ['claims'] });
  const showTab = (next: string | null): void => {
    // Filters of one tab mean nothing in another.
    void navigate({ to: '.', search: next === 'claimable' ? {} : { tab: next ?? undefined } });
  };
  const open = ({ jobId }: QueueRow): void => {
    const path = findLink('job', jobId);
    if (path !== null) void navigate({ to: path });
  };
  return (
    <>
      <PageHeader
        title="Queue"
        actions={
          <>
            <ClaimsControl claims={claims.data} waiting={queue.counts?.claimable} />
            <ActionButton bar={bar} onClick={() => setDialog('clear')}>
              Clear the queue
            </ActionButton>
            <ActionButton bar={bar} variant="filled" onClick={() => setDialog('enqueue')}>
              Enqueue a wheel
            </ActionButton>
          </>
        }
      />
      <Tabs value={tab} onChange={showTab} keepMounted={false}>
        <Tabs.List mb="sm">
          {queueTabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {tabTitles[one]}
              {queue.counts === undefined ? '' : ` ${queue.counts[one].toLocaleString('en')}`}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          {queue.isCut && (
            <Text size="sm" mb="xs">
              Only the first 2,000 of each list are shown here; filter by package in the history, or use the
              API.
            </Text>
          )}
          <DataTable
            key={tab}
            what={whats[tab]}
            columns={columnsOfTab[tab]}
            rows={queue.rows}
            toId={toId}
            toLabel={toLabel}
            answer={queue}
            call={tab === 'building' ? listJobs({ state: 'running' }) : listQueue({ limit: 500 })}
            onOpen={open}
            whenNone={
              <Stack align="center" gap="xs">
                <Text size="sm">{emptyTexts[tab]}</Text>
                {tab === 'claimable' && (
                  <Button size="xs" variant="default" onClick={() => showTab('held')}>
                    Show what is held
                  </Button>
                )}
              </Stack>
            }
          />
        </Tabs.Panel>
      </Tabs>
      <Suspense>
        {dialog === 'enqueue' && <EnqueueDialog onClose={() => setDialog(null)} />}
        {dialog === 'clear' && <ClearDialog onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  );
}
