export { IndexSettings } from './index-settings.ts';
export { PlansModule } from './plans.module.ts';
export { plansSection } from './plans.section.ts';
export { planRulesSection } from './plan-rules.section.ts';
