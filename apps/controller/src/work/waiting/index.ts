export { ExplainWaiting, type Waiting, type WaitingJob } from './explain-waiting.ts';
export { WaitingModule } from './waiting.module.ts';
