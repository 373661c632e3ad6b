import { pino, type Logger as PinoLogger } from 'pino';
import { findCorrelationId } from './correlation.ts';
import { toPrettyLine } from './pretty.ts';
import { redact } from './redact.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * The logger of every process: a fixed sentence first, then fields (`server_id`, `job_id`, …). An abstract
 * class, so that Nest can inject it by type; it also fits plugin-kit's `PluginLogger`.
 */
export abstract class StructuredLogger {
  abstract debug(message: string, fields?: LogFields): void;
  abstract info(message: string, fields?: LogFields): void;
  abstract warn(message: string, fields?: LogFields): void;
  abstract error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to each line. */
  abstract child(fields: LogFields): StructuredLogger;
}

export interface LoggerOptions {
  /** Name of the process or part, in every line as `service`. */
  readonly service: string;
  readonly level: LogLevel;
  /** Takes finished, redacted lines; standard output when not given. */
  readonly write?: (line: string) => void;
  /** Lines for people instead of JSON; by default when standard output is a terminal. */
  readonly pretty?: boolean;
}

class PinoStructuredLogger extends StructuredLogger {
  readonly #pino: PinoLogger;

  constructor(logger: PinoLogger) {
    super();
    this.#pino = logger;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#pino.debug(fields, message);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#pino.info(fields, message);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#pino.warn(fields, message);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#pino.error(fields, message);
  }

  child(fields: LogFields): StructuredLogger {
    return new PinoStructuredLogger(this.#pino.child(fields));
  }
}

/** Makes the process's logger. Errors given as the field `error` are written with message, stack and cause. */
export function createLogger(options: LoggerOptions): StructuredLogger {
  const pretty = options.pretty ?? (options.write === undefined && process.stdout.isTTY);
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const sink = {
    write: (line: string): void => {
      const clean = redact(line);
      write(pretty ? toPrettyLine(clean) : clean);
    },
  };
  return new PinoStructuredLogger(
    pino(
      {
        level: options.level,
        base: { service: options.service },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        serializers: { error: pino.stdSerializers.errWithCause },
        mixin: () => {
          const correlationId = findCorrelationId();
          return correlationId === undefined ? {} : { correlation_id: correlationId };
        },
      },
      sink,
    ),
  );
}
