import { type ErrorBody, type ErrorCode } from '@ironwheel/contracts';
import { IndexUnreachableError } from '../index-client/index-error.ts';
import { PackageFileError } from '../index-client/package-file-error.ts';
import { InputInvalidError } from '../inputs/input-error.ts';
import { PlanUnresolvableError, type PlanProblem } from '../planning/plan-error.ts';

type Issue = NonNullable<ErrorBody['issues']>[number];

/** Why no plan was made, in the words of the wire. */
export interface PlanFailure {
  readonly code: Extract<ErrorCode, 'INPUT_INVALID' | 'PLAN_UNRESOLVABLE' | 'PLAN_INDEX_UNREACHABLE'>;
  /** One sentence or two. */
  readonly detail: string;
  /** Every problem, and behind each the steps of its proof: for an answer. */
  readonly issues?: Issue[];
  /** The same for people, one line each. */
  readonly lines: readonly string[];
  readonly cause: Error;
}

const maxIssues = 100;
const maxText = 500;

const toIssues = ({ name, code, text, steps = [] }: PlanProblem): Issue[] => [
  { path: name ?? code, message: text.slice(0, maxText) },
  ...steps.map((step, index) => ({ path: `${code}.steps.${index}`, message: step.slice(0, maxText) })),
];

const summarize = ([first = 'No plan could be made.', ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first} (and ${others.length} more, see issues)`;

/** What the resolver's error means to whoever asked for a plan; undefined for what is none of its errors. */
export const findPlanFailure = (error: unknown): PlanFailure | undefined => {
  if (error instanceof InputInvalidError) {
    const { problems } = error;
    const issues = problems.slice(0, maxIssues).map((message) => ({ path: 'input', message }));
    return { code: 'INPUT_INVALID', detail: summarize(problems), issues, lines: problems, cause: error };
  }
  if (error instanceof PlanUnresolvableError) {
    const { problems } = error;
    return {
      code: 'PLAN_UNRESOLVABLE',
      detail: summarize(problems.map(({ text }) => text)),
      issues: problems.flatMap(toIssues).slice(0, maxIssues),
      lines: problems.flatMap(({ text, steps = [] }) => [text, ...steps.map((step) => `  ${step}`)]),
      cause: error,
    };
  }
  if (error instanceof PackageFileError) {
    const detail = `${error.message} Nothing was planned.`;
    const issues = [{ path: error.place.slice(0, maxText), message: error.code }];
    return { code: 'PLAN_UNRESOLVABLE', detail, issues, lines: [error.message], cause: error };
  }
  if (error instanceof IndexUnreachableError) {
    const detail = `${error.message} Nothing was planned.`;
    return { code: 'PLAN_INDEX_UNREACHABLE', detail, lines: [error.message], cause: error };
  }
  return undefined;
};
