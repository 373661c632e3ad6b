import { policyDocumentSchema, providerProfiles, type PoolView } from '@ironwheel/contracts';
import { Loader, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { SmallTable } from '../../parts/small-table.tsx';
import { usePolicyInForce } from '../policies/use-policy-in-force.ts';

/** What the policy in force says of the profiles, and which provider of the pool has which. */
export function ProfileSummary({ pool }: { readonly pool: PoolView }): ReactElement {
  const { inForce, error, refetch } = usePolicyInForce();
  const document = policyDocumentSchema.safeParse(inForce?.document).data;
  const own = document?.pools[pool.name]?.override;
  const hostsOf = (name: string): string =>
    Object.entries(pool.profiles)
      .filter(([, profile]) => profile === name)
      .map(([host]) => host)
      .join(', ');
  return (
    <Panel
      title="Profiles"
      aside={
        inForce !== undefined && (
          <Text size="sm" c="dimmed">
            limits of policy version {inForce.version}
          </Text>
        )
      }
    >
      {error !== null && (
        <ErrorNotice what="Reading the policy" error={error} onRetry={() => void refetch()} />
      )}
      {document === undefined ? (
        inForce === undefined ? (
          error === null && <Loader size="sm" aria-label="Reading the policy" />
        ) : (
          <Text size="sm">These pages do not know the form of the policy in force; reload them.</Text>
        )
      ) : (
        <SmallTable
          label="Profiles and their limits"
          rows={providerProfiles.map((name) => ({ name, limits: document.profiles[name] }))}
          toId={({ name }) => name}
          columns={[
            { title: 'Profile', render: ({ name }) => <code>{name}</code> },
            {
              title: 'Providers',
              render: ({ name }) => {
                const hosts = hostsOf(name);
                return (
                  <SafeText
                    text={hosts !== '' ? hosts : name === 'standard' ? 'all that are not named' : '–'}
                    max={400}
                  />
                );
              },
            },
            { title: 'At once', render: ({ limits }) => limits?.lease_max ?? '–', isNumber: true },
            { title: 'Per worker', render: ({ limits }) => limits?.per_worker ?? '–', isNumber: true },
            {
              title: 'Starts a minute',
              render: ({ limits }) => limits?.starts_per_min ?? '–',
              isNumber: true,
            },
            { title: 'Jobs', render: ({ limits }) => limits?.job_filter.replaceAll('_', ' ') ?? '–' },
          ]}
        />
      )}
      {own !== undefined && (
        <Text size="sm" mt="xs">
          The policy has limits of its own for this pool:{' '}
          {Object.entries(own)
            .map(([name, value]) => `${name} ${String(value)}`)
            .join(', ')}
          .
        </Text>
      )}
    </Panel>
  );
}
