export { SummaryModule } from './summary.module.ts';
