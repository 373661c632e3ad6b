import type { ApiError } from '../../api/api-error.ts';

/** What is wrong with one file. */
export interface FileProblems {
  readonly filename: string;
  readonly messages: readonly string[];
}

/** The problems that an answer tells, by file, in the order of the files; empty where it is about none of them. */
export function groupProblems(
  issues: ApiError['issues'],
  filenames: readonly string[],
): readonly FileProblems[] {
  return [...new Set(filenames)].flatMap((filename) => {
    const messages = issues.filter(({ path }) => path === toSent(filename)).map(({ message }) => message);
    return messages.length === 0 ? [] : [{ filename, messages }];
  });
}

/** As a browser writes a name into a form (HTML, multipart/form-data encoding). */
const toSent = (filename: string): string =>
  filename.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
