export { queueSuite, type QueueHarness } from './queue-suite.ts';
