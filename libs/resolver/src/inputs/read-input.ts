import { type InputKind } from '@ironwheel/contracts';
import { checkLock } from './read-lock.ts';
import { checkPyproject, readPyproject, readScript, type ProjectOptions } from './read-project.ts';
import { readTextInput, type FileReference, type RequirementsInput } from './read-requirements.ts';

/**
 * Whether a text input is sound, with nothing known of the plan that will take it. Returns the other files that it
 * names. Throws `InputInvalidError`.
 */
export const checkTextInput = (kind: InputKind, text: string, fileName: string): readonly FileReference[] => {
  if (kind === 'pylock' || kind === 'uv_lock') checkLock(kind, text, fileName);
  else if (kind === 'pyproject') checkPyproject(text, fileName);
  else return readInputRequirements(kind, text, fileName, {}).references;
  return [];
};

/** What a text input other than a lock asks for. Throws `InputInvalidError`. */
export const readInputRequirements = (
  kind: InputKind,
  text: string,
  fileName: string,
  options: ProjectOptions,
): RequirementsInput => {
  if (kind === 'pyproject') return readPyproject(text, fileName, options);
  if (kind === 'script') return readScript(text, fileName);
  return readTextInput(kind, text, fileName);
};
