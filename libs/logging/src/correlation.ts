import { AsyncLocalStorage } from 'node:async_hooks';

interface CorrelationContext {
  readonly correlationId: string;
}

const storage = new AsyncLocalStorage<CorrelationContext>();

/** Runs `work` so that every log line and error made inside it carries `correlationId`. */
export function runWithCorrelation<T>(correlationId: string, work: () => T): T {
  return storage.run({ correlationId }, work);
}

/** The correlation id of the work that is running, or undefined outside any. */
export function findCorrelationId(): string | undefined {
  return storage.getStore()?.correlationId;
}

/** A correlation id that a stranger sent is used only when it is short and cannot break a log line or a header. */
export function isSaneCorrelationId(text: string): boolean {
  return /^[A-Za-z0-9._:-]{8,100}$/.test(text);
}
