import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CliError, exitCodes } from '../cli-error.ts';

/** `<data directory>/cli.json`: how the other commands reach what `up` started. Mode 0600, since it holds a token. */
const connectionFileSchema = z.object({ url: z.url(), token: z.string().min(1) });
export type ConnectionFile = z.infer<typeof connectionFileSchema>;

export const connectionPath = (directory: string): string => join(directory, 'cli.json');

/** Null when `up` never ran with this data directory. */
export async function findConnectionFile(directory: string): Promise<ConnectionFile | null> {
  const path = connectionPath(directory);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new CliError(`${path} cannot be read (${code ?? 'unknown reason'}).`, {
      exitCode: exitCodes.usage,
      code: 'CLI_CONNECTION_UNREADABLE',
      hint: 'Run the command as the user who ran `ironwheel up`, or set IRONWHEEL_URL and IRONWHEEL_TOKEN.',
      cause: error,
    });
  }
  try {
    return connectionFileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CliError(`${path} is damaged.`, {
      exitCode: exitCodes.usage,
      code: 'CLI_CONNECTION_UNREADABLE',
      hint: 'Start `ironwheel up` again, which writes it anew.',
      cause: error,
    });
  }
}

export async function saveConnectionFile(directory: string, connection: ConnectionFile): Promise<void> {
  await mkdir(directory, { recursive: true });
  const path = connectionPath(directory);
  const temporary = `${path}.${process.pid}.new`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(connection, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
