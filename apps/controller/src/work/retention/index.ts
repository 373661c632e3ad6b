export { RetentionModule } from './retention.module.ts';
export { retentionSection } from './retention.section.ts';
