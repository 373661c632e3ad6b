import { createInterface } from 'node:readline/promises';
import { usageError } from '../cli-error.ts';

/** Asks on the terminal; null when there is none to ask on, or when it was closed. */
export async function confirm(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<null>((resolve) => terminal.once('close', () => resolve(null)));
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), closed]);
    return answer === null ? null : /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

/** Asks before a destructive command. Throws a usage error where nobody can be asked and `--yes` was not given. */
export async function isAgreed(
  command: string,
  question: string,
  yes: boolean | undefined,
): Promise<boolean> {
  if (yes === true) return true;
  const agreed = await confirm(question);
  if (agreed === null)
    throw usageError(`\`${command}\` asks before it acts.`, 'Without a terminal, give --yes.');
  return agreed;
}
