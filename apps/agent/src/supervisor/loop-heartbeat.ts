import { setTimeout as wait } from 'node:timers/promises';
import { agentLink } from '@ironwheel/contracts';
import type { AgentSocket } from '../controller-link/agent-socket.ts';
import { readHostLoad } from './host-load.ts';
import type { UnitsState } from './units/worker-unit.ts';

export interface HeartbeatLoopOptions {
  readonly socket: AgentSocket;
  readonly intervalMs: number;
  /** On whose disk space is looked. */
  readonly directory: string;
  readonly units: () => UnitsState;
  readonly signal: AbortSignal;
}

/**
 * Beats while one connection holds. Nothing but beats comes from here, so the controller is asked for a pong with each;
 * when nothing came for three intervals, the connection is given up: TCP may not notice for a quarter of an hour.
 */
export async function beatWhileLinked(options: HeartbeatLoopOptions): Promise<void> {
  const { socket, intervalMs, signal } = options;
  while (!signal.aborted) {
    if (socket.silentMs > agentLink.silentIntervals * intervalMs) {
      socket.giveUp('nothing was heard from the controller for three intervals');
      return;
    }
    socket.send({
      type: 'agent:send-heartbeat',
      load: await readHostLoad(options.directory),
      state: options.units(),
    });
    socket.ping();
    // A little jitter keeps a fleet that was linked together from beating together.
    await wait(intervalMs * (0.9 + Math.random() * 0.1), undefined, { signal }).catch(() => undefined);
  }
}
