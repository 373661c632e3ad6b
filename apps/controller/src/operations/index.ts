export { engineRoomSection } from './engine-room/index.ts';
export { OperationsModule } from './operations.module.ts';
