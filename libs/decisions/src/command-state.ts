/**
 * A lifecycle command of a server, as the controller knows it.
 *
 *   issued ──► delivered ──► accepted ──► succeeded
 *     │            │             └──────► failed      (also: refused by the agent, or never reported)
 *     ├────────────┴──► expired                       nobody accepted it in time
 *     └───────────────► superseded                    a newer one came before this was on its way
 *
 * What the agent says may overtake what the controller noted: an accept or a report is taken in every state before it.
 * A command that is on its way is never superseded: the agent may be at it already, and says how it ended. A newer one
 * that reaches the agent meanwhile is refused as `busy`.
 */
export const openCommandStates = ['issued', 'delivered', 'accepted'] as const;
export const endedCommandStates = ['succeeded', 'failed', 'expired', 'superseded'] as const;
export type CommandState = (typeof openCommandStates)[number] | (typeof endedCommandStates)[number];

const transitions: Readonly<Record<CommandState, readonly CommandState[]>> = {
  issued: ['delivered', 'accepted', 'succeeded', 'failed', 'expired', 'superseded'],
  delivered: ['accepted', 'succeeded', 'failed', 'expired'],
  accepted: ['succeeded', 'failed'],
  succeeded: [],
  failed: [],
  expired: [],
  superseded: [],
};

export const canCommandMove = (from: CommandState, to: CommandState): boolean =>
  transitions[from].includes(to);

/** The states from which a command may come to `to`; for the WHERE of its statement. */
export const commandStatesBefore = (to: CommandState): CommandState[] =>
  [...openCommandStates, ...endedCommandStates].filter((from) => canCommandMove(from, to));

export const isCommandEnded = (state: CommandState): boolean => transitions[state].length === 0;

/** Verbs that change the process of a worker; of these a newer one supersedes an older one. */
export const isLifecycleVerb = (verb: string): boolean =>
  verb === 'start' || verb === 'stop' || verb === 'restart';

/** Verbs that end what the workers hold. */
export const endsAttempts = (verb: string): boolean => verb === 'stop' || verb === 'restart';
