import type { InputView } from '@ironwheel/contracts';
import type { InputRow } from './input.row.ts';

export const toInputView = (row: InputRow): InputView => ({
  input_id: row.id,
  kind: row.kind,
  filename: row.filename,
  sha256: row.sha256,
  size: row.size,
  created_at: row.created_at.toISOString(),
  run_id: row.run_id,
});
