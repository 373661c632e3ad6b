import type { PolicyVersionView, policyVersionDetailSchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import type { PolicyRow, PolicyVersionRow } from '../../work/policies/index.ts';

export const toPolicyVersionView = (row: PolicyVersionRow): PolicyVersionView => ({
  version: row.version,
  sha256: row.sha256,
  state: row.state,
  author: row.author,
  reason: row.reason,
  base_version: row.base_version,
  created_at: row.created_at.toISOString(),
  activated_at: row.activated_at?.toISOString() ?? null,
});

export const toPolicyVersionDetail = (row: PolicyRow): z.output<typeof policyVersionDetailSchema> => ({
  ...toPolicyVersionView(row),
  document: row.document,
});
