import { Loader, Stack, Text } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { getHint } from '../../api/hint-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { useNow } from '../../live/use-now.ts';
import { ActivityTrail } from '../../parts/activity-trail.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { HintActions } from './hint-actions.tsx';
import { HintApplications } from './hint-applications.tsx';
import { HintFacts } from './hint-facts.tsx';
import { stateBadges, toHintName, toHintState } from './hint-rows.ts';

const HintEditPanel = lazy(() => import('./hint-edit-panel.tsx'));

/** What came of applications is told by nobody. */
const pollMs = 30_000;

export default function HintPage(): ReactElement {
  const { hintId = '' }: { hintId?: string } = useParams({ strict: false });
  return <OneHint key={hintId} hintId={hintId} />;
}

function OneHint({ hintId }: { readonly hintId: string }): ReactElement {
  const { data, error, refetch } = useLiveQuery(getHint(hintId), { topics: ['hints'], id: hintId, pollMs });
  const navigate = useNavigate();
  const now = useNow();
  // What was put back counts its revisions anew: the form begins again with it.
  const [restored, setRestored] = useState(0);
  const [isDeleted, setDeleted] = useState(false);
  if (data === undefined || isDeleted) {
    if (error === null || isDeleted) return <PagePending />;
    return (
      <>
        <PageHeader title="Hint" actions={<LinkButton to="/hints">All hints</LinkButton>} />
        <ErrorNotice what="Reading the hint" error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  const state = toHintState(data, now);
  const afterRemoval = async (isRestored: boolean): Promise<void> => {
    if (!isRestored) {
      setDeleted(true);
      await navigate({ to: '/hints', ignoreBlocker: true });
      return;
    }
    await refetch();
    setRestored((before) => before + 1);
  };
  return (
    <Stack>
      <div>
        <PageHeader
          title={<SafeText text={toHintName(data)} max={120} />}
          aside={<StatusBadge status={stateBadges[state]} text={state} />}
          actions={<HintActions hint={data} onRemoved={(isRestored) => void afterRemoval(isRestored)} />}
        />
        {error !== null && (
          <ErrorNotice what="Reading the hint again" error={error} onRetry={() => void refetch()} />
        )}
        {data.note !== '' && (
          <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
            <SafeText text={data.note} max={2_000} />
          </Text>
        )}
      </div>
      <HintFacts hint={data} />
      <HintApplications hint={data} />
      <Suspense fallback={<Loader size="sm" aria-label="Loading the form" />}>
        <HintEditPanel key={restored} hint={data} onRead={() => refetch()} />
      </Suspense>
      <ActivityTrail subject={hintId} topic="hints" />
    </Stack>
  );
}
