import { Loader, Stack } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, type ReactElement } from 'react';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FilterLinks } from '../../parts/filter-links.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { NodePanel } from './node-panel.tsx';
import { PlanActions } from './plan-actions.tsx';
import { PlanInstall } from './plan-install.tsx';
import { PlanSummary } from './plan-summary.tsx';
import { usePanelFocus } from './use-panel-focus.ts';
import { usePlan, type LivePlan, type PlanAnswer } from './use-plan.ts';

const NodeTable = lazy(() => import('./node-table.tsx'));
/** Brings the libraries that draw with it. */
const GraphView = lazy(() => import('./graph/graph-view.tsx'));

interface Search {
  readonly view?: string;
  /** Id of the package that is looked at. */
  readonly node?: string;
}

/** One plan: what becomes of each package, why it is here, and what it waits for. */
export default function PlanPage(): ReactElement {
  const { runId = '' }: { runId?: string } = useParams({ strict: false });
  const { live, error, refetch } = usePlan(runId);
  if (live === null) {
    if (error === null) return <PagePending />;
    return (
      <>
        <PageHeader title="Plan" />
        <ErrorNotice what="Reading the plan" error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  return <Plan live={live} error={error} refetch={refetch} />;
}

interface Props {
  readonly live: LivePlan;
  readonly error: Error | null;
  readonly refetch: PlanAnswer['refetch'];
}

function Plan({ live, error, refetch }: Props): ReactElement {
  const { plan, graph } = live;
  const { view, node }: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const isGraph = view === 'graph';
  const { place, panel: panelPlace, onOpen, onClose } = usePanelFocus(node);
  const chosen = graph.byId.get(node ?? '') ?? null;
  const choose = useCallback(
    (id: string | null) => {
      if (id === null) onClose();
      // In the graph it comes beneath the drawing, where the keys go on.
      else onOpen(!isGraph);
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, node: id ?? undefined }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate, isGraph, onOpen, onClose],
  );
  const panel = chosen !== null && (
    <NodePanel key={chosen.id} live={live} chosen={chosen} ref={panelPlace} onChoose={choose} />
  );
  return (
    <Stack>
      <PageHeader
        title={
          <>
            Plan <SafeText text={plan.run_id} max={100} />
          </>
        }
        aside={<StatusBadge status={plan.state} />}
        actions={<PlanActions live={live} />}
      />
      {error !== null && (
        <ErrorNotice what="Reading the plan again" error={error} onRetry={() => void refetch()} />
      )}
      <PlanSummary live={live} />
      <PlanInstall live={live} />
      <div ref={place}>
        <FilterLinks
          label="How the packages are shown"
          name="view"
          chosen={isGraph ? 'graph' : ''}
          choices={[
            { value: '', label: 'List', count: graph.nodes.length },
            { value: 'graph', label: 'Graph' },
          ]}
        />
        {!isGraph && panel}
        <Suspense fallback={<Loader size="sm" aria-label="Loading the packages" />}>
          {isGraph ? (
            <GraphView live={live} chosenId={chosen?.id ?? null} onChoose={choose} />
          ) : (
            <NodeTable live={live} onChoose={choose} refetch={refetch} />
          )}
        </Suspense>
        {isGraph && panel}
      </div>
    </Stack>
  );
}
