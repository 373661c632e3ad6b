import { Alert, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { ApiError } from '../../../api/api-error.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { SafeText } from '../../../parts/safe-text.tsx';
import { listConflicts } from './list-conflicts.ts';
import type { FormProblems } from './plan-form.ts';
import classes from './form.module.css';

interface Props {
  readonly error: Error;
  /** The same, as far as it is about fields of the form. */
  readonly problems: FormProblems;
}

/** Why no plan was made: what contradicts what, step by step; what stands at a field is only counted here. */
export function PlanFailure({ error, problems }: Props): ReactElement {
  if (error instanceof ApiError && error.code === 'PLAN_UNRESOLVABLE') return <Conflicts error={error} />;
  const atFields = Object.values(problems.fields).flat().length + Object.values(problems.lines).flat().length;
  if (atFields === 0) return <ErrorNotice what="Making the plan" error={error} />;
  return (
    <Alert variant="outline" color="red" role="alert" title="No plan was made">
      <Text size="sm">
        {atFields === 1 ? 'One thing does' : `${atFields.toLocaleString('en')} things do`} not fit; each
        stands at its field above. Nothing that you have typed is lost.
      </Text>
      {problems.others.length > 0 && (
        <ul className={classes.steps}>
          {problems.others.map(({ path, message }, index) => (
            <li key={index}>
              <SafeText text={path} />: <SafeText text={message} max={4000} />
            </li>
          ))}
        </ul>
      )}
    </Alert>
  );
}

function Conflicts({ error }: { readonly error: ApiError }): ReactElement {
  const conflicts = listConflicts(error.issues);
  return (
    <Alert variant="outline" color="red" role="alert" title="No plan fits these requirements">
      <Stack gap="sm">
        {conflicts.length === 0 && (
          <Text size="sm">
            <SafeText text={error.message} max={8000} />
          </Text>
        )}
        {conflicts.map(({ text, steps }, index) => (
          <div key={index}>
            <Text size="sm" fw={600}>
              <SafeText text={text} max={4000} />
            </Text>
            {steps.length > 0 && (
              <ol className={classes.steps}>
                {steps.map((step, at) => (
                  <li key={at}>
                    <SafeText text={step} max={4000} />
                  </li>
                ))}
              </ol>
            )}
          </div>
        ))}
        <Text size="sm" c="dimmed">
          Loosen or take away one of these requirements, or replace it with an override. Nothing that you have
          typed is lost. <code>{error.code}</code>
        </Text>
      </Stack>
    </Alert>
  );
}
