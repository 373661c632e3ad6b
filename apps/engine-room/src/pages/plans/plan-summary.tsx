import { Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age } from '../../parts/time.tsx';
import { countStages } from './model/count-stages.ts';
import { TextList } from './text-list.tsx';
import type { LivePlan } from './use-plan.ts';
import classes from './plans.module.css';

/** How many packages there are of each verdict, how the builds go, and what the plan says besides. */
export function PlanSummary({ live }: { readonly live: LivePlan }): ReactElement {
  const { plan } = live;
  return (
    <>
      <Panel title="What becomes of the packages">
        <Stack gap="sm">
          <Counts live={live} />
          <PlanFacts live={live} />
        </Stack>
      </Panel>
      {plan.missing_requirements.length > 0 && (
        <Panel title={`Missing (${plan.missing_requirements.length.toLocaleString('en')})`}>
          <TextList
            label="What cannot be had"
            texts={plan.missing_requirements.map(
              ({ requirement, text }) => `${text} Asked for by ${requirement}.`,
            )}
          />
        </Panel>
      )}
      <Remarks live={live} />
    </>
  );
}

function Counts({ live }: { readonly live: LivePlan }): ReactElement {
  return (
    <ul className={classes.verdicts} aria-label="Packages by what becomes of them">
      {countStages(live).map(({ status, text, count }) => (
        <li key={text}>
          <span className={classes.number}>{count.toLocaleString('en')}</span>
          <StatusBadge status={status} text={text} />
        </li>
      ))}
    </ul>
  );
}

function PlanFacts({ live: { plan, graph } }: { readonly live: LivePlan }): ReactElement {
  const asked = [...new Set(graph.nodes.flatMap(({ node }) => node.path?.[0] ?? []))];
  return (
    <Facts
      facts={[
        [
          'Asked for',
          asked.length === 0 ? null : (
            <TextList key="asked" label="What was asked for" texts={asked} most={5} />
          ),
        ],
        ['Target', <SafeText key="target" text={`${plan.python_tag} ${plan.platform_tag}`} />],
        ['Strategy', plan.strategy],
        ['Files no newer than', plan.exclude_newer ?? null],
        ['Pool', plan.pool === undefined ? null : <ThingLink key="pool" kind="pool" id={plan.pool} />],
        ['Made', <Age key="made" at={plan.created_at} />],
        ['By', plan.created_by === undefined ? null : <SafeText key="by" text={plan.created_by} />],
        ['Enqueued', plan.enqueued_at === null ? null : <Age key="enqueued" at={plan.enqueued_at} />],
        ['Ended', plan.finished_at === null ? null : <Age key="ended" at={plan.finished_at} />],
      ]}
    />
  );
}

function Remarks({ live: { plan, graph } }: { readonly live: LivePlan }): ReactElement | null {
  const skipped = (plan.skipped_requirements ?? []).map(({ requirement, text }) => `${requirement}: ${text}`);
  const circles = (plan.cycles ?? []).map(
    (circle) => `A circle of build requirements was broken by choice: ${circle.join(' needs ')}.`,
  );
  const inCircle = [...graph.inCircle];
  const installed =
    inCircle.length === 0
      ? []
      : [`These need each other, which installers can do: ${inCircle.slice(0, 20).join(', ')}.`];
  const notes = plan.notes ?? [];
  if (skipped.length + circles.length + installed.length + notes.length === 0) return null;
  return (
    <Panel title="Notes">
      <TextList label="Notes of the plan" texts={[...circles, ...installed, ...notes]} most={10} />
      {skipped.length > 0 && (
        <>
          <Text size="sm" fw={600} mt="xs">
            Left out: not for this target
          </Text>
          <TextList label="Requirements that were left out" texts={skipped} most={10} />
        </>
      )}
    </Panel>
  );
}
