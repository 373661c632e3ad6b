import type { ProcessState } from '@ironwheel/contracts';

/** What of `systemctl show` tells how a unit is. */
export interface UnitShow {
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
}

/** The unit's state as process state (systemd.unit(5), "Units"; org.freedesktop.systemd1(5)). */
export function toProcessState({ loadState, activeState }: UnitShow): ProcessState {
  if (loadState !== '' && loadState !== 'loaded') return 'unknown';
  switch (activeState) {
    case 'active':
    case 'reloading':
    case 'refreshing':
      return 'running';
    // Also between two tries of Restart= (sub state auto-restart).
    case 'activating':
      return 'starting';
    case 'deactivating':
      return 'stopping';
    case 'inactive':
    case 'failed':
      return 'stopped';
    default:
      return 'unknown';
  }
}
