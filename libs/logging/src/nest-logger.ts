import type { LogFields, StructuredLogger } from './logger.ts';

const textOf = (message: unknown): string =>
  typeof message === 'string' ? message : JSON.stringify(message);

/**
 * Nest's own messages through our logger. Has the shape of Nest's `LoggerService`, without importing Nest, so
 * that the agent can use this library too. Nest's start-up chatter is debug, its warnings keep their level.
 */
export class NestLogger {
  readonly #logger: StructuredLogger;

  constructor(logger: StructuredLogger) {
    this.#logger = logger;
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.#logger.debug(textOf(message), this.#fields(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (message instanceof Error) this.#logger.error(message.message, { error: message });
    else this.#logger.error(textOf(message), this.#fields(rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#logger.warn(textOf(message), this.#fields(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#logger.debug(textOf(message), this.#fields(rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.debug(message, ...rest);
  }

  #fields(rest: readonly unknown[]): LogFields {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    return {
      ...(typeof context === 'string' ? { nest_context: context } : {}),
      ...(typeof stack === 'string' ? { stack } : {}),
    };
  }
}
