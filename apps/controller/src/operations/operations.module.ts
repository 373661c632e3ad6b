import { Module } from '@nestjs/common';
import { DoctorModule } from './doctor/index.ts';
import { SearchModule } from './search/index.ts';
import { SummaryModule } from './summary/index.ts';

@Module({ imports: [DoctorModule, SearchModule, SummaryModule] })
export class OperationsModule {}
