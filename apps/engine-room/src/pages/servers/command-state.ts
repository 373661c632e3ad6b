import type { CommandState, CommandVerb, CommandView } from '@ironwheel/contracts';

export const verbNames: Readonly<Record<CommandVerb, string>> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  status: 'Status',
  'run-checks': 'Checks of the host',
};

const openStates: ReadonlySet<CommandState> = new Set(['issued', 'delivered', 'accepted']);

/** It is still under way. */
export const isOpenCommand = ({ state }: Pick<CommandView, 'state'>): boolean => openStates.has(state);

/** Where a command stands, in one sentence. */
export function describeCommand(command: CommandView): string {
  switch (command.state) {
    case 'issued':
      return command.hold_until === null
        ? 'Waits until the agent takes it.'
        : 'Waits for builds to end; nothing new is granted meanwhile.';
    case 'delivered':
      return 'Was sent; the agent has not answered yet.';
    case 'accepted':
      return 'The agent is carrying it out.';
    case 'succeeded':
      return command.detail ?? 'Done.';
    case 'failed':
      return command.detail ?? 'It failed, and the agent did not say why.';
    case 'expired':
      return command.detail ?? 'The agent did not take it in time.';
    case 'superseded':
      return command.detail ?? 'A newer command took its place.';
  }
}
