import type { HintView } from '@ironwheel/contracts';

/** A hint as the API tells it; `change` goes over it. */
export const newHintView = (change: Partial<HintView> = {}): HintView => ({
  id: 'hint_0193',
  pattern: change.patterns?.[0] ?? 'fatal error: foo\\.h',
  patterns: ['fatal error: foo\\.h'],
  alongside: null,
  rule: null,
  answers: null,
  recipes: { apt: ['libfoo-dev'], dnf: ['foo-devel'], env: {} },
  note: '',
  package: null,
  specifier: null,
  tests: [],
  source: 'operator',
  enabled: true,
  expires_at: null,
  revision: 1,
  created_by: 'ada',
  created_at: '2026-11-01T00:00:00.000Z',
  updated_at: '2026-11-01T00:00:00.000Z',
  stats: { applied: 0, succeeded: 0, moved_on: 0, failed: 0, success: null, last_applied_at: null },
  ...change,
});
