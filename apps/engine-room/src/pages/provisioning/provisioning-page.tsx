import type { ServerView } from '@ironwheel/contracts';
import { Stack, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { readBundle } from '../../api/provisioning-calls.ts';
import { getServer } from '../../api/server-calls.ts';
import { useLiveFind, useLiveQuery } from '../../live/use-live-query.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { BundleStep, type ToldLine } from './bundle-step.tsx';
import { InstallStep } from './install-step.tsx';
import { ServerStep } from './server-step.tsx';
import { StepLine } from './step-line.tsx';
import { VerifyStep } from './verify-step.tsx';
import { findStep, type WizardStep } from './wizard-steps.ts';

/** Fetching and enrolling are told by nobody. */
const pollMs = 2_000;

/** From nothing to a server that claims, in four steps. Where one is stands in the address, so that it can be gone on with. */
export default function ProvisioningPage(): ReactElement {
  const search: { server?: string; step?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const step = findStep(search);
  const go = (next: WizardStep, server = search.server): void =>
    void navigate({ to: '.', search: server === undefined ? {} : { server, step: next } });
  return (
    <Stack maw={860}>
      <div>
        <PageHeader title="Provisioning" />
        <StepLine step={step} hasServer={search.server !== undefined} onGo={go} />
      </div>
      {search.server === undefined || step === 'server' ? (
        <ServerStep onChosen={(server) => go('bundle', server)} />
      ) : (
        <ServerSteps key={search.server} id={search.server} step={step} onGo={go} />
      )}
    </Stack>
  );
}

interface Props {
  readonly id: string;
  readonly step: Exclude<WizardStep, 'server'>;
  readonly onGo: (step: WizardStep) => void;
}

function ServerSteps({ id, step, onGo }: Props): ReactElement {
  // The line holds the secret of the link: it lives as long as this page and is kept nowhere.
  const [told, setTold] = useState<ToldLine | null>(null);
  const server = useLiveQuery(getServer(id), { topics: ['servers', 'workers'], pollMs });
  const bundle = useLiveFind(readBundle(id), 'BUNDLE_NOT_FOUND', { topics: ['servers'], pollMs });
  if (server.data === undefined) {
    if (server.error === null) return <PagePending />;
    return (
      <ErrorNotice what="Reading the server" error={server.error} onRetry={() => void server.refetch()} />
    );
  }
  const latest = bundle.data;
  return (
    <>
      <ChosenServer server={server.data} />
      {server.error !== null && (
        <ErrorNotice
          what="Reading the server again"
          error={server.error}
          onRetry={() => void server.refetch()}
        />
      )}
      {bundle.error !== null && (
        <ErrorNotice what="Reading the bundle" error={bundle.error} onRetry={() => void bundle.refetch()} />
      )}
      {server.data.archived_at !== null ? (
        <Text>It is archived; nothing is installed on it. Choose another server.</Text>
      ) : latest === undefined ? (
        bundle.error === null && <PagePending />
      ) : step === 'bundle' ? (
        <BundleStep
          server={server.data}
          bundle={latest}
          told={told}
          onTold={(line) => {
            setTold(line);
            onGo('install');
          }}
          onGo={onGo}
        />
      ) : step === 'install' ? (
        <InstallStep server={server.data} bundle={latest} told={told} onGo={onGo} />
      ) : (
        <VerifyStep server={server.data} bundle={latest} />
      )}
    </>
  );
}

const ChosenServer = ({ server }: { readonly server: ServerView }): ReactElement => (
  <Text size="sm" component="div">
    Server <ThingLink kind="server" id={server.server_id} text={server.name} /> in pool{' '}
    <ThingLink kind="pool" id={server.pool} />
    {server.address !== '' && (
      <>
        , <SafeText text={server.address} />
      </>
    )}
  </Text>
);
