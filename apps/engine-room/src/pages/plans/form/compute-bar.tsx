import { Button, Checkbox, Group, Loader, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useNow } from '../../../live/use-now.ts';
import { writeAge } from '../../../parts/write-time.ts';
import { flagTexts } from './field-texts.ts';
import type { PlanForm } from './plan-form.ts';
import type { Computation } from './use-compute.ts';

interface Props {
  readonly form: PlanForm;
  readonly onChange: (change: Partial<PlanForm>) => void;
  readonly compute: Computation;
  /** Why this person may not. */
  readonly bar: string | null;
  /** Why it cannot be asked yet. */
  readonly why: string | null;
}

/** Has the plan made, shows that it is under way, and stops it. */
export function ComputeBar({ form, onChange, compute, bar, why }: Props): ReactElement {
  const { sinceMs } = compute;
  const reason = bar ?? why;
  return (
    <Group justify="flex-end">
      {sinceMs !== null ? (
        <>
          <Loader size="xs" aria-hidden />
          <Text size="sm" role="status">
            Planning <Elapsed sinceMs={sinceMs} />
          </Text>
          {/* Its own element: as one with the other it would submit the form with the click that stops. */}
          <Button key="stop" variant="default" onClick={compute.stop}>
            Stop planning
          </Button>
        </>
      ) : (
        <>
          {reason !== null && (
            <Text size="sm" c="dimmed" id="why-no-plan">
              {reason}
            </Text>
          )}
          <Checkbox
            label={flagTexts.enqueue.label}
            checked={form.flags.includes('enqueue')}
            onChange={(event) => {
              const rest = form.flags.filter((flag) => flag !== 'enqueue');
              onChange({ flags: event.currentTarget.checked ? [...rest, 'enqueue'] : rest });
            }}
          />
          <Button
            key="make"
            type="submit"
            disabled={reason !== null}
            {...(reason === null ? {} : { 'aria-describedby': 'why-no-plan' })}
          >
            Make the plan
          </Button>
        </>
      )}
    </Group>
  );
}

const Elapsed = ({ sinceMs }: { readonly sinceMs: number }): ReactElement => (
  <span aria-hidden>{writeAge(Math.max(0, useNow() - sinceMs))}</span>
);
