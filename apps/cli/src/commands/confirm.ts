import { createInterface } from 'node:readline/promises';

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
