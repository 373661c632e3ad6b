import { idSchema, listOf, serverViewSchema, type ServerView } from '@ironwheel/contracts';
import { CliError, exitCodes } from '../../cli-error.ts';
import type { ControllerClient } from '../../client/controller-client.ts';
import { cleanLine } from '../../output/clean-text.ts';

export const serverPath = (id: string, verb = ''): string => `/api/servers/${encodeURIComponent(id)}${verb}`;

/** The server of this id or name; an archived one only where no other has the name. */
export async function resolveServer(client: ControllerClient, idOrName: string): Promise<ServerView> {
  if (idSchema('server').safeParse(idOrName).success)
    return client.get(serverPath(idOrName), serverViewSchema);
  for (const archived of [false, true]) {
    // What is named exactly so comes first.
    const query = { q: idOrName, archived, limit: 1 };
    const { items } = await client.get('/api/servers', listOf(serverViewSchema), { query });
    const [server] = items;
    if (server?.name === idOrName) return server;
  }
  throw new CliError(`There is no server ${cleanLine(idOrName)}.`, {
    exitCode: exitCodes.refused,
    code: 'SERVER_NOT_FOUND',
    hint: 'See `ironwheel servers`; with --archived those that are no longer in use.',
  });
}
