export { IndexSettings, type IndexAccess, type TargetNames } from './index-settings.ts';
export { openIndexTransport, type OpenTransport } from './index-transport.ts';
export { type PlanRow, type RunState } from './plan.row.ts';
export { PlansModule } from './plans.module.ts';
export { PlansRepository } from './plans.repository.ts';
export { plansSection } from './plans.section.ts';
