import { causes, type PolicyDocument } from '@ironwheel/contracts';
import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SmallTable } from '../../parts/small-table.tsx';
import { writeAge } from '../../parts/write-time.ts';

const words = (name: string): string => name.replaceAll('_', ' ');
const time = (seconds: number): string => writeAge(seconds * 1000);
const percent = (ratio: number): string => `${Math.round(ratio * 1000) / 10} %`;

/** How often something is tried, how long is waited, how sure a decision must be, and when a worker is not trusted. */
export function PolicyLimits({ document }: { readonly document: PolicyDocument }): ReactElement {
  const { attempts, backoff, confidence, quarantine, retry_budget: budget, fallback, accept } = document;
  return (
    <>
      <Panel title="Attempts">
        <Stack gap="sm">
          <Facts
            facts={[
              ['Most of one job', attempts.max_per_job],
              ['Worker time of a job', time(attempts.max_worker_s_per_job)],
              ['Retries at once', `${budget.percent} %, at least ${budget.min_concurrent}`],
              ['When nothing is sure', fallback.map(words).join(', then ')],
              ['A wheel must pass', accept.require.map(words).join(', ')],
            ]}
          />
          <SmallTable
            label="Attempts and waits by cause"
            rows={causes}
            toId={(cause) => cause}
            columns={[
              { title: 'Cause', render: words },
              { title: 'Attempts', render: (cause) => attempts.max_per_cause[cause], isNumber: true },
              { title: 'First wait', render: (cause) => time(backoff[cause].base_s), isNumber: true },
              { title: 'Times', render: (cause) => backoff[cause].factor, isNumber: true },
              { title: 'Longest wait', render: (cause) => time(backoff[cause].cap_s), isNumber: true },
              { title: 'Jitter', render: (cause) => percent(backoff[cause].jitter), isNumber: true },
            ]}
          />
        </Stack>
      </Panel>
      <Panel title="How sure a decision must be">
        <Facts
          facts={Object.entries(confidence).map(
            ([action, { min }]) => [words(action), percent(min)] as const,
          )}
        />
      </Panel>
      <Panel title="Quarantine of workers">
        <Facts
          facts={[
            ['In a row', `${quarantine.consecutive} failures of ${quarantine.distinct_packages} packages`],
            [
              'By share',
              `${percent(quarantine.fail_ratio)} of ${quarantine.window} attempts, from ${quarantine.min_attempts} on`,
            ],
            ['First time', time(quarantine.base_s)],
            ['Longest', time(quarantine.cap_s)],
            ['At most', `${quarantine.max_percent} % of the workers`],
            ['Stay active', `${quarantine.min_active} at least`],
          ]}
        />
      </Panel>
    </>
  );
}
