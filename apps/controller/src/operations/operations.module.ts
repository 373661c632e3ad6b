import { Module } from '@nestjs/common';
import { SearchModule } from './search/index.ts';
import { SummaryModule } from './summary/index.ts';

@Module({ imports: [SearchModule, SummaryModule] })
export class OperationsModule {}
