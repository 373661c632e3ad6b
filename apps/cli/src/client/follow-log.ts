import { logStreamEndSchema, logStreamMessageSchema } from '@ironwheel/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError, exitCodes } from '../cli-error.ts';
import type { ControllerClient } from './controller-client.ts';
import { readEvents } from './read-events.ts';

const comeBackMs = 1000;
/** Tries without a byte of progress before giving up. */
const maxIdleTries = 30;

/** Follows a log to its end; comes back where it was when the stream breaks or the controller restarts. */
export async function followLog(
  client: ControllerClient,
  path: string,
  givenAttempt: string | undefined,
  take: (text: string) => void,
): Promise<void> {
  let offset = 0;
  let attempt = givenAttempt;
  let idleTries = 0;
  for (;;) {
    const before = offset;
    try {
      const response = await client.send('GET', path, {
        query: { attempt_id: attempt, offset },
        headers: { accept: 'text/event-stream' },
        timeoutMs: Infinity,
      });
      if (response.body === null) return;
      for await (const message of readEvents(response.body)) {
        if (message.event === 'end') {
          const end = logStreamEndSchema.parse(JSON.parse(message.data));
          if (end.complete) return;
          break;
        }
        const part = logStreamMessageSchema.parse(JSON.parse(message.data));
        attempt ??= part.attempt_id ?? undefined;
        offset = part.next_offset;
        take(part.text);
      }
    } catch (error) {
      const away =
        (error instanceof CliError && error.exitCode === exitCodes.unreachable) || error instanceof TypeError;
      if (!away) throw error;
      if (idleTries >= maxIdleTries) throw error;
    }
    idleTries = offset > before ? 0 : idleTries + 1;
    if (idleTries > maxIdleTries) {
      throw new CliError('The log stream ended again and again without its end.', {
        exitCode: exitCodes.unreachable,
        code: 'CLI_STREAM_BROKEN',
        hint: 'Ask for it without -f.',
      });
    }
    await delay(comeBackMs);
  }
}
