import { commandViewSchema, type CommandView } from '@ironwheel/contracts';
import type { ControllerClient } from '../../client/controller-client.ts';
import type { CommandContext } from '../../context.ts';
import { cleanLine } from '../../output/clean-text.ts';

export const serverPath = (server: string, rest: string): string =>
  `/api/servers/${encodeURIComponent(server)}/${rest}`;

const ended = new Set<CommandView['state']>(['succeeded', 'failed', 'expired', 'superseded']);
/** How long one call waits for the end of a command, in seconds. */
const waitS = 20;

const describe = (command: CommandView): string =>
  command.state === 'issued' && command.hold_until !== null
    ? `waiting until the builds have ended, at most until ${command.hold_until}`
    : command.state;

/** Tells each state of a command until it has ended; 1 is the exit code of one that did not succeed. */
export async function followCommand(
  client: ControllerClient,
  server: string,
  issued: CommandView,
  context: CommandContext,
  json: boolean,
): Promise<void> {
  let command = issued;
  let told = '';
  for (;;) {
    const state = describe(command);
    if (state !== told && !json) context.output.note(cleanLine(`${command.verb} of ${server}: ${state}`));
    told = state;
    if (ended.has(command.state)) break;
    const path = serverPath(server, `commands/${encodeURIComponent(command.command_id)}`);
    command = await client.get(path, commandViewSchema, { query: { wait_s: waitS } });
  }
  if (command.state !== 'succeeded') context.exitCode = 1;
  if (json) {
    context.output.json(command);
    return;
  }
  context.output.line(
    cleanLine(`${command.verb} ${command.state}${command.detail === null ? '' : `: ${command.detail}`}`),
  );
  for (const attempt of command.ended_attempts) {
    context.output.line(cleanLine(`ended     ${attempt}, its job is queued again`));
  }
}
