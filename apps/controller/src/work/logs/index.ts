export { LogsModule } from './logs.module.ts';
export { logsSection } from './logs.section.ts';
export { unpack as unpackBlock } from './sealed/compress.ts';
export { RemoveLogsRepository, type LogBounds, type Removed } from './sealed/remove-logs.repository.ts';
export { LogsService } from './logs.service.ts';
