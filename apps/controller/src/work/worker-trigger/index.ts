export { WorkerTriggerModule } from './worker-trigger.module.ts';
export { workerTriggerSection } from './worker-trigger.section.ts';
