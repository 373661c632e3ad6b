export { EngineRoomModule } from './engine-room.module.ts';
export { engineRoomSection } from './engine-room.section.ts';
