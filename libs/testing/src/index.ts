export { watchForLeaks } from './leak-check.ts';
export { FakeIndex } from './fake-index.ts';
export {
  createTestDirectory,
  removeTestDirectory,
  startTestDatabase,
  type TestDatabase,
} from './postgres.ts';
export { findFreePort } from './free-port.ts';
export { hasRedisServer, startRedis, waitForPort, type TestRedis } from './redis-server.ts';
export { startController, type StartControllerOptions, type TestController } from './start-controller.ts';
export {
  createSampleWheel,
  writeZip,
  type SampleWheel,
  type SampleWheelOptions,
  type ZipMember,
} from './sample-wheel.ts';
export {
  callController,
  TestWorker,
  type ReachedController,
  type TestAnswer,
  type TestBody,
  type TestClaim,
  type TestTarget,
} from './test-worker.ts';
