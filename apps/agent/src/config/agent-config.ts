import { homedir } from 'node:os';
import { join } from 'node:path';
import { defineSection, httpUrlText, integerText } from '@ironwheel/config';
import { z } from 'zod';

/** Where the agent keeps its key and what must outlive a restart. */
export const defaultStateDirectory = (): string =>
  process.getuid?.() === 0
    ? '/var/lib/ironwheel-agent'
    : join(homedir(), '.local', 'state', 'ironwheel-agent');

/** Keys that every subcommand of the agent knows. */
export const agentSection = defineSection({
  CONTROL_PLANE_URL: {
    schema: httpUrlText,
    description: 'URL of the controller. The enrolled one is used when it is not set.',
  },
  CONTROL_PLANE_CA_FILE: {
    schema: z.string(),
    description: 'PEM file of further certificate authorities that are trusted for the controller.',
  },
  IRONWHEEL_STATE_DIR: {
    schema: z.string(),
    description:
      "The agent's own directory (key, attempts, log spool). Default: `/var/lib/ironwheel-agent` for root, else `~/.local/state/ironwheel-agent`.",
  },
  IRONWHEEL_ENROLLMENT_TOKEN: {
    schema: z.string(),
    secret: true,
    description: 'Token that `enroll` exchanges for a worker record. Never given as an argument.',
  },
  IRONWHEEL_NOTIFY_FD: {
    schema: integerText(3, 1_000_000),
    description:
      "File descriptor of a datagram socket that is connected to systemd's; the launcher of a unit opens it.",
  },
  NOTIFY_SOCKET: {
    schema: z.string(),
    description: 'Set by systemd. Without `IRONWHEEL_NOTIFY_FD` it is told through `systemd-notify`.',
  },
  WATCHDOG_USEC: {
    schema: integerText(0, Number.MAX_SAFE_INTEGER),
    description: 'Set by systemd: period of its watchdog in microseconds; it is pinged three times in each.',
  },
  LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error']),
    default: 'info',
    description: 'Least level of the lines that are logged: `debug`, `info`, `warn`, `error`.',
  },
});

/** Keys of other programs of Ironwheel that may stand in the same environment. */
export const foreignKeys = [
  'IRONWHEEL_URL',
  'IRONWHEEL_TOKEN',
  'IRONWHEEL_TOKEN_FILE',
  'IRONWHEEL_DATA_DIR',
] as const;
