import { policyDocumentSchema } from '@ironwheel/contracts';
import { Loader, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { SmallTable } from '../../parts/small-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Age, Time } from '../../parts/time.tsx';
import { usePolicyInForce } from '../policies/use-policy-in-force.ts';
import { PolicyLimits } from './policy-limits.tsx';
import { PolicyRules } from './policy-rules.tsx';
import classes from './policy-panel.module.css';

/** The version of the policy that decides now, in words and whole, and the versions before it. */
export default function PolicyPanel(): ReactElement {
  const { inForce, versions, error, refetch } = usePolicyInForce();
  if (inForce === undefined || versions === undefined) {
    if (error !== null)
      return <ErrorNotice what="Reading the policy" error={error} onRetry={() => void refetch()} />;
    return versions === undefined || versions.some(({ state }) => state === 'active') ? (
      <Loader size="sm" aria-label="Reading the policy" />
    ) : (
      <Text size="sm">No version is in force; the defaults of the controller hold.</Text>
    );
  }
  const document = policyDocumentSchema.safeParse(inForce.document).data;
  const json = JSON.stringify(inForce.document, null, 2);
  return (
    <Stack>
      {error !== null && (
        <ErrorNotice what="Reading the policy again" error={error} onRetry={() => void refetch()} />
      )}
      <Panel title={`Version ${inForce.version}`} aside={<StatusBadge status="active" text="in force" />}>
        <Facts
          facts={[
            ['Author', <SafeText key="author" text={inForce.author} />],
            ['Reason', <SafeText key="reason" text={inForce.reason} max={2000} />],
            ['Made', <Time key="made" at={inForce.created_at} />],
            ['In force since', <Time key="active" at={inForce.activated_at ?? inForce.created_at} />],
            ['Based on', inForce.base_version === null ? null : `version ${inForce.base_version}`],
            ['SHA-256', <code key="sha">{inForce.sha256}</code>],
          ]}
        />
      </Panel>
      {document === undefined ? (
        <Text size="sm">
          These pages do not know the form of this version; reload them. It is shown whole below.
        </Text>
      ) : (
        <>
          <PolicyLimits document={document} />
          <PolicyRules rules={document.rules} />
        </>
      )}
      <Panel title="The whole document" aside={<CopyButton text={json} label="Copy as JSON" />}>
        <details>
          <summary>Show it</summary>
          <pre className={classes.document} tabIndex={0} aria-label="The policy document">
            <SafeText text={json} max={200_000} />
          </pre>
        </details>
      </Panel>
      <Panel title="Versions">
        <SmallTable
          label="Versions of the policy"
          rows={versions}
          toId={({ version }) => String(version)}
          columns={[
            { title: 'Version', render: ({ version }) => version },
            { title: 'State', render: ({ state }) => <StatusBadge status={state} /> },
            { title: 'Made', render: ({ created_at }) => <Age at={created_at} /> },
            { title: 'Author', render: ({ author }) => <SafeText text={author} max={120} /> },
            { title: 'Reason', render: ({ reason }) => <SafeText text={reason} max={300} /> },
          ]}
        />
      </Panel>
    </Stack>
  );
}
