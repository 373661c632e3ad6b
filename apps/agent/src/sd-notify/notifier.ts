import { execFile } from 'node:child_process';
import { writeSync } from 'node:fs';
import type { ConfigOf } from '@ironwheel/config';
import type { StructuredLogger } from '@ironwheel/logging';
import type { agentSection } from '../config/agent-config.ts';

/** What a program tells systemd of itself (sd_notify(3)). Without systemd it tells nobody. */
export interface Notifier {
  /** It is up; `text` shows in `systemctl status`. */
  ready(text: string): void;
  status(text: string): void;
  stopping(): void;
  /** Ends the watchdog's pings. */
  close(): void;
}

type Send = (message: string) => void;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200);

/**
 * The launcher of the unit hands over a connected datagram socket as a file descriptor: Node has no such sockets, but can
 * write to one, and systemd sees our own process id. Where it is missing, `systemd-notify` is started for each message,
 * which needs `NotifyAccess=all`.
 */
const toSend = (config: ConfigOf<typeof agentSection>, logger: StructuredLogger): Send => {
  const fd = config.IRONWHEEL_NOTIFY_FD;
  let hasFailed = false;
  const fail = (error: unknown): void => {
    if (!hasFailed) logger.warn('systemd could not be told.', { detail: String(error) });
    hasFailed = true;
  };
  if (fd !== undefined) {
    return (message) => {
      try {
        writeSync(fd, message);
      } catch (error) {
        fail(error);
      }
    };
  }
  if (config.NOTIFY_SOCKET === undefined) return () => undefined;
  return (message) => {
    execFile('systemd-notify', message.split('\n'), { timeout: 5000 }, (error) => {
      if (error !== null) fail(error);
    });
  };
};

/**
 * Pings the watchdog from a timer of the main loop, three times in its period: a loop that hangs pings no more, and the
 * unit is started anew.
 */
export function createNotifier(config: ConfigOf<typeof agentSection>, logger: StructuredLogger): Notifier {
  const send = toSend(config, logger);
  const periodUs = config.WATCHDOG_USEC ?? 0;
  const timer = periodUs > 0 ? setInterval(() => send('WATCHDOG=1'), periodUs / 3000) : null;
  timer?.unref();
  return {
    ready: (text) => send(`READY=1\nSTATUS=${oneLine(text)}`),
    status: (text) => send(`STATUS=${oneLine(text)}`),
    stopping: () => send('STOPPING=1'),
    close: () => {
      if (timer !== null) clearInterval(timer);
    },
  };
}
