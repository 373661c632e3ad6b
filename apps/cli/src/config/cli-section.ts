import { defineSection, httpUrlText } from '@ironwheel/config';
import { z } from 'zod';

/** Keys of the command line. */
export const cliSection = defineSection({
  IRONWHEEL_URL: {
    schema: httpUrlText,
    description:
      'URL of the controller that commands talk to; unset: the one that `ironwheel up` noted in the data directory.',
  },
  IRONWHEEL_TOKEN: {
    schema: z.string().regex(/^[\x21-\x7e]+$/, 'expected printable ASCII without spaces'),
    secret: true,
    description: 'Token that commands send; unset: the one that `ironwheel up` noted in the data directory.',
  },
  IRONWHEEL_DATA_DIR: {
    schema: z.string().min(1),
    description:
      'Data directory of `ironwheel up`. Default: `/var/lib/ironwheel` for root, else `$XDG_DATA_HOME/ironwheel` (`~/.local/share/ironwheel`).',
  },
});

/** Keys of controller and agent that may stand in the same environment. */
export const foreignKeys = [
  'IRONWHEEL_STATE_DIR',
  'IRONWHEEL_ENROLLMENT_TOKEN',
  'IRONWHEEL_ENROLLMENT_TOKEN_FILE',
  'IRONWHEEL_ALLOW_PROCESS_RUNNER',
  'IRONWHEEL_DRIVER_DIR',
] as const;
