import { z } from 'zod';

export const runnerProcessConfigSchema = z.strictObject({
  /**
   * Must be true: a bare process contains nothing but what `enforces` of the probe says. A provisioned server
   * leaves it false.
   */
  allow: z.boolean().default(false),
  /** Interpreters to build with: names on the path, or paths. */
  interpreters: z.array(z.string().min(1).max(1000)).min(1).max(20).default(['python3']),
  /** Directory of `ironwheel_build.py` and `ironwheel_launch.py`. Default: looked for beside the program. */
  driverDirectory: z.string().min(1).optional(),
  /**
   * User to build as when the worker is root. `auto`: `nobody`, if that user can run the interpreter; else root, and
   * the probe says so. Null: never.
   */
  buildUser: z.string().min(1).max(64).nullable().default('auto'),
  /**
   * The worker's environment, handed in because a plugin does not read it. Taken are `PATH`, `HOME`, `LANG`, and for
   * steps with the network the settings of pip, of proxies and of certificates.
   */
  hostEnvironment: z.record(z.string(), z.string()).default({}),
  /** Milliseconds between SIGTERM and SIGKILL. */
  graceMs: z.number().int().min(0).max(60_000).default(5_000),
});
export type RunnerProcessConfig = z.output<typeof runnerProcessConfigSchema>;
