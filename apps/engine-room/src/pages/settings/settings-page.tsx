import { useSearch } from '@tanstack/react-router';
import { lazy, Suspense, type ComponentType, type ReactElement } from 'react';
import { FilterLinks } from '../../parts/filter-links.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { PagePending } from '../../shell/page-pending.tsx';

interface Tab {
  /** In the address; empty: the first. */
  readonly value: string;
  readonly label: string;
  readonly Content: ComponentType;
}

const tabs: readonly [Tab, ...Tab[]] = [
  { value: '', label: 'Configuration', Content: lazy(() => import('./config-panel.tsx')) },
  { value: 'tokens', label: 'Tokens', Content: lazy(() => import('./token-panel.tsx')) },
  { value: 'policy', label: 'Policy in force', Content: lazy(() => import('./policy-panel.tsx')) },
  { value: 'audit', label: 'Audit trail', Content: lazy(() => import('./audit-panel.tsx')) },
];

export default function SettingsPage(): ReactElement {
  const { tab: asked = '' }: { tab?: string } = useSearch({ strict: false });
  const { value, Content } = tabs.find((tab) => tab.value === asked) ?? tabs[0];
  return (
    <div>
      <PageHeader title="Settings" />
      <FilterLinks label="Parts of the settings" name="tab" chosen={value} choices={tabs} isAlone />
      <Suspense fallback={<PagePending />}>
        <Content />
      </Suspense>
    </div>
  );
}
