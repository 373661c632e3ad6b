import type { PolicyRule } from '@ironwheel/contracts';
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { SmallTable } from '../../parts/small-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';

const writeCondition = ({ when }: PolicyRule): string =>
  Object.entries(when)
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${String(value)}`)
    .join(', ');

/** The rules, in the order in which they are asked. */
export function PolicyRules({ rules }: { readonly rules: readonly PolicyRule[] }): ReactElement {
  const ordered = [...rules].sort((left, right) => right.prio - left.prio);
  return (
    <Panel title="Rules">
      {ordered.length === 0 ? (
        <Text size="sm">
          This version has no rules of its own; causes are found by codes and known lines.
        </Text>
      ) : (
        <SmallTable
          label="Rules of the policy"
          rows={ordered}
          toId={({ id }) => id}
          columns={[
            { title: 'Rule', render: ({ id }) => <code>{id}</code> },
            { title: 'Priority', render: ({ prio }) => prio, isNumber: true },
            { title: 'When', render: (rule) => <SafeText text={writeCondition(rule)} max={400} /> },
            { title: 'Cause', render: ({ cause }) => cause },
            { title: 'Decision', render: ({ decision }) => decision.replaceAll('_', ' ') },
            {
              title: 'State',
              render: ({ enabled }) =>
                enabled ? (
                  <StatusBadge status="active" text="on" />
                ) : (
                  <StatusBadge status="skipped" text="off" />
                ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
