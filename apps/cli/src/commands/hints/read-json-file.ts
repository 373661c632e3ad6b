import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { usageError } from '../../cli-error.ts';

/** Text of a file, or of standard input for `-`. */
export async function readText(path: string): Promise<string> {
  if (path === '-') return text(process.stdin);
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw usageError(`${path} cannot be read (${String((error as NodeJS.ErrnoException).code)}).`);
  });
}

/** An object of JSON in a file; what it holds is for the controller to judge. */
export async function readJsonObject(path: string): Promise<Record<string, unknown>> {
  const content = await readText(path);
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw usageError(`${path} holds no JSON object; expected a hint as \`hints show --json\` prints it.`);
}
