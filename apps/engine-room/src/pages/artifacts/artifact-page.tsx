import type { ArtifactView } from '@ironwheel/contracts';
import { Button, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { getArtifact } from '../../api/artifact-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { ActivityTrail } from '../../parts/activity-trail.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Facts } from '../../parts/facts.tsx';
import { writeInstallCommand } from '../../parts/install-command.ts';
import { InstallLine } from '../../parts/install-line.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age, Time } from '../../parts/time.tsx';
import { writeBytes } from '../../parts/write-bytes.ts';
import { useBar } from '../../session/may.ts';
import { PagePending } from '../../shell/page-pending.tsx';
import { toArtifactStatus } from './artifact-status.ts';

const YankDialog = lazy(() => import('./yank-dialog.tsx'));

/** One wheel: what it is, where it came from, and whether the index offers it. */
export default function ArtifactPage(): ReactElement {
  const { sha256 = '' }: { sha256?: string } = useParams({ strict: false });
  const { data, error, refetch } = useLiveQuery(getArtifact(sha256), { topics: ['artifacts'], id: sha256 });
  if (data === undefined) {
    if (error === null) return <PagePending />;
    return (
      <>
        <PageHeader title="Artifact" />
        <ErrorNotice what="Reading the wheel" error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  return (
    <Stack>
      {error !== null && (
        <ErrorNotice what="Reading the wheel again" error={error} onRetry={() => void refetch()} />
      )}
      <Wheel artifact={data} />
    </Stack>
  );
}

function Wheel({ artifact }: { readonly artifact: ArtifactView }): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const bar = useBar('operator');
  const { filename, yanked, name, version } = artifact;
  const status = toArtifactStatus(artifact);
  return (
    <>
      <PageHeader
        title={<SafeText text={filename} max={255} />}
        aside={<StatusBadge status={status} />}
        actions={
          <>
            <Button size="xs" variant="default" component="a" href={toOwnPath(artifact.url)}>
              Download
            </Button>
            <ActionButton
              bar={bar ?? (status === 'waiting' ? 'It is not accepted yet.' : null)}
              onClick={() => setAsked(true)}
            >
              {yanked === false ? 'Yank' : 'Take the yank back'}
            </ActionButton>
          </>
        }
      />
      {typeof yanked === 'string' && (
        <Text>
          It is yanked: installers take it only when exactly this version is asked for.
          {yanked !== '' && (
            <>
              {' '}
              Reason: <SafeText text={yanked} />
            </>
          )}
        </Text>
      )}
      {status !== 'waiting' && (
        <Panel title="Install">
          <InstallLine label="Install command" line={writeInstallCommand(artifact)} />
        </Panel>
      )}
      <Panel title="Facts" aside={<CopyButton text={artifact.sha256} label="Copy SHA-256" />}>
        <Facts
          facts={[
            ['Package', <ThingLink key="p" kind="package" id={name} />],
            ['Version', <SafeText key="v" text={version} />],
            ['SHA-256', <code key="s">{artifact.sha256}</code>],
            ['Size', `${writeBytes(artifact.size)} (${artifact.size.toLocaleString('en')})`],
            ['Tags', <SafeText key="t" text={artifact.tags.join(', ')} max={1000} />],
            ['Built for', <SafeText key="f" text={`${artifact.python_tag} ${artifact.platform_tag}`} />],
            ['Build tag', artifact.build_tag],
            ['Requires Python', artifact.requires_python],
            ['Made', <Time key="m" at={artifact.created_at} />],
            ['Accepted', <Age key="a" at={artifact.accepted_at} never="not yet" />],
            [
              'Attempt',
              artifact.attempt_id === null ? null : (
                <ThingLink key="att" kind="attempt" id={artifact.attempt_id} />
              ),
            ],
            [
              'Job',
              artifact.job_id === null ? null : <ThingLink key="job" kind="job" id={artifact.job_id} />,
            ],
          ]}
        />
      </Panel>
      <ActivityTrail subject={artifact.sha256} topic="artifacts" />
      <Suspense>{isAsked && <YankDialog artifact={artifact} onClose={() => setAsked(false)} />}</Suspense>
    </>
  );
}

/** From where this page came: the public address may be one that this machine does not reach. */
const toOwnPath = (url: string): string => new URL(url, location.origin).pathname;
