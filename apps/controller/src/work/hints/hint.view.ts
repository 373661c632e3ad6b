import type { HintApplication, HintView } from '@ironwheel/contracts';
import { wilsonInterval } from '@ironwheel/decisions';
import type { ApplicationRow } from './hint-applications.repository.ts';
import type { Hint, HintStats } from './hint.row.ts';

export const toHintView = (hint: Hint, stats: HintStats): HintView => {
  const { applied, succeeded, moved_on, failed, last_applied_at } = stats;
  return {
    id: hint.id,
    pattern: hint.patterns[0] ?? null,
    patterns: [...hint.patterns],
    alongside: hint.alongside,
    rule: hint.rule,
    answers: hint.answers,
    recipes: hint.recipes,
    note: hint.note,
    package: hint.package,
    specifier: hint.specifier,
    tests: [...hint.tests],
    source: hint.source,
    enabled: hint.enabled,
    expires_at: hint.expires_at?.toISOString() ?? null,
    revision: hint.revision,
    created_by: hint.created_by,
    created_at: hint.created_at?.toISOString() ?? null,
    updated_at: hint.updated_at?.toISOString() ?? null,
    stats: {
      applied,
      succeeded,
      moved_on,
      failed,
      success: wilsonInterval(succeeded, succeeded + moved_on + failed),
      last_applied_at: last_applied_at?.toISOString() ?? null,
    },
  };
};

export const toApplicationView = (row: ApplicationRow): HintApplication => ({
  hint_id: row.hint_id,
  job_id: row.job_id,
  name: row.name,
  version: row.version,
  attempt_id: row.attempt_id,
  line: { line_no: row.line_no, text: row.line_text },
  recipes: row.recipes,
  recipe_digest: row.recipe_digest,
  outcome: row.outcome,
  next_attempt_id: row.next_attempt_id,
  applied_at: row.applied_at.toISOString(),
});
