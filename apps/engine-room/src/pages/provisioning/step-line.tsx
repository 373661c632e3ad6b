import type { ReactElement } from 'react';
import { stepNames, wizardSteps, type WizardStep } from './wizard-steps.ts';
import classes from './provisioning.module.css';

interface Props {
  readonly step: WizardStep;
  readonly hasServer: boolean;
  readonly onGo: (step: WizardStep) => void;
}

/** The four steps, and which one it is. Each can be gone back to. */
export function StepLine({ step, hasServer, onGo }: Props): ReactElement {
  return (
    <ol className={classes.steps} aria-label="Steps">
      {wizardSteps.map((one, index) => (
        <li key={one} aria-current={one === step ? 'step' : undefined} className={classes.step}>
          <button
            type="button"
            className={classes.stepButton}
            disabled={!hasServer && one !== 'server'}
            onClick={() => onGo(one)}
          >
            <span className={classes.number}>{index + 1}</span>
            {stepNames[one]}
          </button>
        </li>
      ))}
    </ol>
  );
}
