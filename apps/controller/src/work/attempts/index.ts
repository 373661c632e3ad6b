export { AttemptEnding } from './attempt-ending.ts';
export type { AttemptRow } from './attempt.row.ts';
export { AttemptsModule } from './attempts.module.ts';
export { readBuildLimits } from './build-limits.ts';
export { buildLimitsSection } from './build-limits.section.ts';
export { DecisionsRepository, type DecisionFilter, type DecisionRow } from './decisions.repository.ts';
export { HintOffers, type HintSource } from './hint-offers.ts';
