import { Loader, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, type ReactElement } from 'react';
import { LinkButton } from '../../parts/link-button.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { HintTable } from './hint-table.tsx';
import { SuggestionList } from './suggestion-list.tsx';

const HintBench = lazy(() => import('./hint-bench.tsx'));

const tabs = { all: 'All hints', suggestions: 'Suggestions', bench: 'Test bench' } as const;
type Tab = keyof typeof tabs;
const isTab = (text: string | undefined): text is Tab => text !== undefined && Object.hasOwn(tabs, text);

/** What logs say, and what mends it. */
export default function HintsPage(): ReactElement {
  const { tab: asked, attempt = '' }: { tab?: string; attempt?: string } = useSearch({ strict: false });
  const tab = isTab(asked) ? asked : 'all';
  const navigate = useNavigate();
  const add = (
    <LinkButton to="/hints/new" variant="filled">
      New hint
    </LinkButton>
  );
  return (
    <>
      <PageHeader title="Hints" actions={add} />
      <Tabs
        value={tab}
        keepMounted={false}
        // Filters of one tab mean nothing in another.
        onChange={(next) =>
          void navigate({ to: '.', search: next === 'all' ? {} : { tab: next ?? undefined } })
        }
      >
        <Tabs.List mb="sm">
          {Object.entries(tabs).map(([value, title]) => (
            <Tabs.Tab key={value} value={value}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="all">
          <HintTable whenNone={add} />
        </Tabs.Panel>
        <Tabs.Panel value="suggestions">
          <SuggestionList />
        </Tabs.Panel>
        <Tabs.Panel value="bench">
          <Suspense fallback={<Loader size="sm" aria-label="Loading the test bench" />}>
            <HintBench
              attemptId={attempt}
              onAttempt={(id) =>
                void navigate({
                  to: '.',
                  search: { tab: 'bench', attempt: id === '' ? undefined : id },
                  replace: true,
                  resetScroll: false,
                })
              }
            />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
