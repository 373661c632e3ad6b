/** Times of commands, in seconds. */
export const commandTimes = {
  /** An agent that has not accepted a command by then never will. */
  acceptWithinS: 60,
  /** An agent that has not said how it ended by then never will; above the longest that an agent watches a unit. */
  reportWithinS: 1200,
} as const;
