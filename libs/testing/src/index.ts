export {
  createTestDirectory,
  removeTestDirectory,
  startTestDatabase,
  type TestDatabase,
} from './postgres.ts';
export { startController, type StartControllerOptions, type TestController } from './start-controller.ts';
