import type { BodyField, LineProblem, PlanForm } from './plan-form.ts';

/** What a part of the form is given. */
export interface FieldsProps {
  readonly form: PlanForm;
  readonly onChange: (change: Partial<PlanForm>) => void;
  /** What is wrong with a field of the call. */
  readonly errorOf: (field: BodyField) => string | undefined;
  readonly linesOf: (field: BodyField) => readonly LineProblem[];
}
