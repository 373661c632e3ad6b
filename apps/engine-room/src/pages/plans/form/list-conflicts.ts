import type { ApiError } from '../../../api/api-error.ts';

/** A contradiction, and its proof step by step. */
export interface Conflict {
  readonly text: string;
  readonly steps: readonly string[];
}

/** The issues of `PLAN_UNRESOLVABLE`: each problem is followed by its steps, whose path ends in `.steps.N`. */
export function listConflicts(issues: ApiError['issues']): readonly Conflict[] {
  const conflicts: { text: string; steps: string[] }[] = [];
  for (const { path, message } of issues) {
    const last = conflicts.at(-1);
    if (/\.steps\.\d+$/.test(path) && last !== undefined) last.steps.push(message);
    else conflicts.push({ text: message, steps: [] });
  }
  return conflicts;
}
