export { EditConflict } from './edit-conflict.tsx';
export { LeaveGuard } from './leave-guard.tsx';
export { listChanged } from './merge-edits.ts';
export type { FieldValues, ReadState } from './merge-edits.ts';
export { useEdits, type Edits } from './use-edits.ts';
export { isConflict } from './is-conflict.ts';
export { SaveBar } from './save-bar.tsx';
export { findWhyNotSaved } from './why-not-saved.ts';
