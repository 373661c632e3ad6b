import type { JobState } from '@ironwheel/contracts';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { ActionButton } from '../../parts/action-button.tsx';
import { ActionMenu } from '../../parts/action-menu.tsx';
import { nameHidden } from '../../parts/hidden-characters.ts';
import { useBar } from '../../session/may.ts';
import type { ActedJob } from './job-action-dialog.tsx';
import { listJobVerbs, type JobVerb } from './job-verbs.ts';

const JobActionDialog = lazy(() => import('./job-action-dialog.tsx'));

interface Props {
  readonly job: ActedJob;
  readonly state: JobState;
  /** As buttons side by side instead of a menu. */
  readonly areButtons?: boolean;
}

/** What an operator can do with a job. */
export function JobMenu({ job, state, areButtons = false }: Props): ReactElement {
  const [asked, setAsked] = useState<JobVerb | null>(null);
  const roleBar = useBar('operator');
  const actions = listJobVerbs(state).map((action) => ({ ...action, bar: roleBar ?? action.bar }));
  return (
    <>
      {areButtons ? (
        actions.map(({ verb, label, bar }) => (
          <ActionButton key={verb} bar={bar} onClick={() => setAsked(verb)}>
            {label}
          </ActionButton>
        ))
      ) : (
        <ActionMenu label={`Actions for ${nameHidden(job.title)}`} actions={actions} onChoose={setAsked} />
      )}
      {asked !== null && (
        <Suspense>
          <JobActionDialog job={job} verb={asked} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}
