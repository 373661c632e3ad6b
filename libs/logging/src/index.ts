export { findCorrelationId, isSaneCorrelationId, runWithCorrelation } from './correlation.ts';
export {
  createLogger,
  logLevels,
  StructuredLogger,
  type LogFields,
  type LoggerOptions,
  type LogLevel,
} from './logger.ts';
export { NestLogger } from './nest-logger.ts';
export { redact } from './redact.ts';
