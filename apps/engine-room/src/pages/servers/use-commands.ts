import type { CommandView } from '@ironwheel/contracts';
import { useState } from 'react';
import { listCommands } from '../../api/server-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';
import { isOpenCommand } from './command-state.ts';

/** While one is under way, what happens between its steps is told by nobody. */
const openPollMs = 1_500;
const restPollMs = 15_000;

/** The newest commands of a server, the newest first. */
export function useCommands(serverId: string, limit: number) {
  const [isOpen, setOpen] = useState(false);
  const answer = useLiveQuery(listCommands(serverId, limit), {
    topics: ['servers'],
    pollMs: isOpen ? openPollMs : restPollMs,
    keepsPrevious: true,
  });
  const commands: readonly CommandView[] | undefined = answer.data?.items;
  const isOpenNow = commands?.some(isOpenCommand) ?? false;
  if (isOpenNow !== isOpen) setOpen(isOpenNow);
  return { ...answer, commands, total: answer.data?.total ?? 0 };
}
