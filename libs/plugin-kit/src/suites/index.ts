export { artifactStoreSuite, type ArtifactStoreHarness } from './artifact-store-suite.ts';
export * from './runner-attempt.ts';
export * from './runner-suite.ts';
export * from './runner-work.ts';
export { queueSuite, type QueueHarness } from './queue-suite.ts';
