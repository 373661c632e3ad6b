import type { LogTransport } from '@ironwheel/plugin-kit';
import { z } from 'zod';

const isTransport = (value: unknown): value is LogTransport =>
  typeof value === 'object' && value !== null && 'send' in value && typeof value.send === 'function';

export const logShipperConfigSchema = z.strictObject({
  /** Hands pieces to the controller; made by the worker, which holds the attempts' tokens. */
  transport: z.custom<LogTransport>(isTransport, 'expected a transport with a method `send`'),
  /** Bytes of unsent log on disk, over all attempts. Past it, text is left out and counted. */
  spoolMaxBytes: z
    .number()
    .int()
    .min(64 * 1024)
    .default(256 * 1024 * 1024),
  /** Text is gathered this long before it is sent, in milliseconds. */
  gatherMs: z.number().int().min(0).default(250),
  /** Window of the first retry in milliseconds; doubles up to `retryMaxMs`, the wait is uniform in the window. */
  retryMinMs: z.number().int().min(1).default(1000),
  retryMaxMs: z.number().int().min(1).default(64_000),
  /** Whole logs are kept here as `<attempt id>.log`; null: nowhere. */
  keepDirectory: z.string().nullable().default(null),
  /** Of the kept logs, the newest ones stay. */
  keepFiles: z.number().int().min(1).default(50),
});
export type LogShipperConfig = z.output<typeof logShipperConfigSchema>;
