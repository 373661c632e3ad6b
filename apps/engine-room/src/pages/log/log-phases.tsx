import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AttemptView } from '@ironwheel/contracts';
import type { ReactElement } from 'react';
import { callApi } from '../../api/call-api.ts';
import { searchLog } from '../../api/log-calls.ts';
import { toQueryKey } from '../../live/use-live-query.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { writeAge } from '../../parts/write-time.ts';
import classes from './log.module.css';

interface Props {
  readonly attempt: AttemptView;
  /** `name version`, as the build driver writes it. */
  readonly what: string;
  readonly onShow: (line: number) => void;
}

/** The build driver begins each step with such a line; a step of two words belongs to the phase of its first. */
const stepLine = /^--- ([a-z]+)(?:-[a-z]+)?: /;
const statusOf = (ok: boolean | null): string => (ok === null ? 'running' : ok ? 'ok' : 'failed');

/** The phases of an attempt, how long each took, and where in the log it begins. */
export function LogPhases({ attempt, what, onShow }: Props): ReactElement | null {
  const call = searchLog(attempt.attempt_id, `: ${what} for `.slice(0, 200), 100);
  const { data } = useQuery({
    queryKey: [...toQueryKey(call), attempt.phases.length, attempt.state],
    queryFn: ({ signal }) => callApi(call, signal),
    staleTime: Infinity,
  });
  const begins = new Map<string, number>();
  for (const { text, line_no: line } of data?.items ?? []) {
    const step = stepLine.exec(text)?.[1];
    const phase = step === 'requires' ? 'fetch' : step;
    if (phase !== undefined && !begins.has(phase)) begins.set(phase, line);
  }
  if (attempt.phases.length === 0) return null;
  return (
    <ul className={classes.phases} aria-label="Phases">
      {attempt.phases.map(({ phase, started_at: from, finished_at: to, ok }, index) => {
        const line = begins.get(phase);
        const duration = to === null ? 'now' : writeAge(Date.parse(to) - Date.parse(from));
        return (
          <li key={index}>
            <Button
              size="compact-sm"
              variant="default"
              disabled={line === undefined}
              onClick={() => {
                if (line !== undefined) onShow(line);
              }}
            >
              <StatusBadge status={statusOf(ok)} text={`${phase} ${duration}`} />
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
