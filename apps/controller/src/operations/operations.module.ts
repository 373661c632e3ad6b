import { Module } from '@nestjs/common';
import { DoctorModule } from './doctor/index.ts';
import { EngineRoomModule } from './engine-room/index.ts';
import { LiveModule } from './live/index.ts';
import { SearchModule } from './search/index.ts';
import { SummaryModule } from './summary/index.ts';

@Module({ imports: [DoctorModule, EngineRoomModule, LiveModule, SearchModule, SummaryModule] })
export class OperationsModule {}
