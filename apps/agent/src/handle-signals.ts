import type { StructuredLogger } from '@ironwheel/logging';

/** Reason of a drain that is not bound by DRAIN_TIMEOUT_S: an upgrade that lets builds end. */
export const patientDrain = 'patient drain';

/**
 * Signals of the worker:
 *
 * | signal              | first                                         | second                                 |
 * |---------------------|-----------------------------------------------|----------------------------------------|
 * | SIGTERM, SIGINT     | drain: claim nothing more, finish what runs   | stop the builds, report them as stopped |
 * | SIGHUP              | drain as well, however long it takes          | as SIGTERM                             |
 * | SIGKILL             | nothing can be done; the next start cleans up |                                        |
 */
export interface DrainSignals {
  readonly drain: AbortSignal;
  readonly hurry: AbortSignal;
  close(): void;
}

export const handleSignals = (logger: StructuredLogger): DrainSignals => {
  const drain = new AbortController();
  const hurry = new AbortController();
  const names = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (!drain.signal.aborted) {
      logger.info('A signal asks for a drain; a second one stops the builds.', { signal });
      drain.abort(signal === 'SIGHUP' ? patientDrain : undefined);
    } else if (!hurry.signal.aborted) {
      logger.warn('A second signal stops the builds.', { signal });
      hurry.abort();
    }
  };
  for (const name of names) process.on(name, onSignal);
  return {
    drain: drain.signal,
    hurry: hurry.signal,
    close: () => {
      for (const name of names) process.removeListener(name, onSignal);
    },
  };
};
