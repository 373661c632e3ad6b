import type { CommandEnvelope } from '@ironwheel/contracts';

export interface TakenCommands {
  readonly lastGeneration: number;
  readonly seen: readonly string[];
  /** Something is being carried out. */
  readonly isBusy: boolean;
}

export type Refusal = 'replayed' | 'expired' | 'old_generation' | 'busy';

/**
 * Whether a command is carried out; null: yes. `nowMs` is the time by the controller's clock. `status` changes nothing and
 * is answered while something else runs.
 */
export function judgeCommand(
  command: Pick<CommandEnvelope, 'command_id' | 'generation' | 'expires_at' | 'verb'>,
  taken: TakenCommands,
  nowMs: number,
): Refusal | null {
  if (taken.seen.includes(command.command_id)) return 'replayed';
  if (command.generation <= taken.lastGeneration) return 'old_generation';
  if (Date.parse(command.expires_at) <= nowMs) return 'expired';
  if (taken.isBusy && command.verb !== 'status') return 'busy';
  return null;
}
