import { CliError, exitCodes, type ExitCode } from '../cli-error.ts';
import { cleanLine, cleanText } from './clean-text.ts';
import type { Output } from './output.ts';

/** Tells an error in a sentence and what to do about it; as JSON, the error body. Returns the exit code. */
export function printError(error: unknown, output: Output, json: boolean): ExitCode {
  if (!(error instanceof CliError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (json) output.json({ error: 'CLI_DEFECT', detail: cleanLine(text) });
    else output.note(`ironwheel: a defect, please report it: ${cleanText(text)}`);
    return exitCodes.failed;
  }
  if (json) {
    output.json(
      error.body ?? {
        error: error.code,
        detail: error.message,
        ...(error.hint === null ? {} : { hint: error.hint }),
      },
    );
    return error.exitCode;
  }
  output.note(`ironwheel: ${cleanText(error.message)}`);
  for (const issue of error.body?.issues ?? []) {
    output.note(`  ${cleanLine(issue.path)}: ${cleanLine(issue.message)}`);
  }
  if (error.hint !== null) output.note(`  ${cleanText(error.hint)}`);
  if (error.body !== null) {
    output.note(`  (${cleanLine(error.body.error)}, correlation id ${cleanLine(error.body.correlation_id)})`);
  }
  return error.exitCode;
}
