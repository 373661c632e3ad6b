import { Button, Loader, Stack, Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState, type ReactElement } from 'react';
import { listArtifacts } from '../../api/artifact-calls.ts';
import { listVariants } from '../../api/history-calls.ts';
import { listHints } from '../../api/hint-calls.ts';
import { listJobs } from '../../api/job-calls.ts';
import { findLink } from '../../app/links.ts';
import { useLiveList } from '../../live/use-live-list.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { writeInstallCommand } from '../../parts/install-command.ts';
import { InstallLine } from '../../parts/install-line.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { useBar } from '../../session/may.ts';
import { buildMatrix, findNewestServed } from './build-matrix.ts';
import { PackageMatrix } from './package-matrix.tsx';
import { PackageOrigin } from './package-origin.tsx';

const EnqueueDialog = lazy(() => import('../queue/enqueue-dialog.tsx'));
/** Brings the table with it. */
const PackageHistory = lazy(() => import('./package-history.tsx'));

/** One project: what there is of it for whom, and how it went. */
export default function PackagePage(): ReactElement {
  const { name = '' }: { name?: string } = useParams({ strict: false });
  const [isBuilding, setBuilding] = useState(false);
  const bar = useBar('operator');
  return (
    <Stack>
      <PageHeader
        title={<SafeText text={name} max={200} />}
        aside={<PackageOrigin name={name} />}
        actions={
          <>
            {findLink('hint', 'new') !== null && (
              <Button
                size="xs"
                variant="default"
                renderRoot={(props) => <Link to="/hints/new" search={{ package: name }} {...props} />}
              >
                Add a hint
              </Button>
            )}
            <ActionButton bar={bar} onClick={() => setBuilding(true)}>
              Build a version
            </ActionButton>
          </>
        }
      />
      <Wheels name={name} />
      <Hints name={name} />
      <Suspense fallback={<Loader size="sm" aria-label="Reading the attempts" />}>
        <PackageHistory name={name} />
      </Suspense>
      <Suspense>{isBuilding && <EnqueueDialog name={name} onClose={() => setBuilding(false)} />}</Suspense>
    </Stack>
  );
}

function Wheels({ name }: { readonly name: string }): ReactElement {
  const variants = useLiveList(listVariants(name), { topics: ['history'] });
  const jobs = useLiveList(listJobs({ package: name }), { topics: ['jobs'], most: 2_000, pollMs: 30_000 });
  const artifacts = useLiveList(listArtifacts({ name }), { topics: ['artifacts'] });
  const facts = {
    events: variants.data?.items,
    jobs: jobs.data?.items,
    artifacts: artifacts.data?.items,
  };
  const { events, jobs: jobRows, artifacts: files } = facts;
  const matrix = useMemo(
    () =>
      events === undefined || jobRows === undefined || files === undefined
        ? null
        : buildMatrix({ events, jobs: jobRows, artifacts: files }),
    [events, jobRows, files],
  );
  const newest = findNewestServed(files ?? []);
  const error = variants.error ?? jobs.error ?? artifacts.error;
  const retry = (): void => void Promise.all([variants.refetch(), jobs.refetch(), artifacts.refetch()]);
  return (
    <>
      {newest !== null && (
        <Panel title="Install">
          <InstallLine label="Install command" line={writeInstallCommand(newest)} />
        </Panel>
      )}
      <Panel title="Wheels">
        {error !== null && <ErrorNotice what="Reading the package" error={error} onRetry={retry} />}
        {matrix === null ? (
          error === null && <Loader size="sm" aria-label="Reading the package" />
        ) : matrix.versions.length === 0 ? (
          <Text size="sm">
            Nothing is known of this package: it was neither built nor planned here. Build a version of it, or
            make a plan that needs it.
          </Text>
        ) : (
          <PackageMatrix matrix={matrix} />
        )}
      </Panel>
    </>
  );
}

function Hints({ name }: { readonly name: string }): ReactElement | null {
  const hints = useLiveList(listHints({ package: name }), { topics: ['hints'] });
  if (hints.error !== null)
    return <ErrorNotice what="Reading the hints" error={hints.error} onRetry={() => void hints.refetch()} />;
  if (hints.data === undefined || hints.data.items.length === 0) return null;
  return (
    <Panel title="Hints for this package">
      <ul>
        {hints.data.items.map(({ id, pattern, note }) => (
          <li key={id}>
            <ThingLink kind="hint" id={id} text={pattern ?? 'in every build'} />{' '}
            <SafeText text={note} max={200} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
