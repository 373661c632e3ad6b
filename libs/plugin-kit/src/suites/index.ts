export { artifactStoreSuite, type ArtifactStoreHarness } from './artifact-store-suite.ts';
export * from './runner-attempt.ts';
export * from './runner-suite.ts';
export * from './runner-work.ts';
export { queueSuite, type QueueHarness } from './queue-suite.ts';
export { logSinkSuite, type LogSinkHarness } from './log-sink-suite.ts';
export { RecordingTransport } from './log-sink-transport.ts';
export * from './run-driver.ts';
export { RepositoryServer, type RepositoryOptions } from './serve-repositories.ts';
