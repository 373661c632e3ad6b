import { Module } from '@nestjs/common';
import { BuiltPages } from './built-pages.ts';
import { EngineRoomController } from './engine-room.controller.ts';

@Module({ controllers: [EngineRoomController], providers: [BuiltPages] })
export class EngineRoomModule {}
