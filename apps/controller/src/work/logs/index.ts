export { LogsModule } from './logs.module.ts';
export { logsSection } from './logs.section.ts';
