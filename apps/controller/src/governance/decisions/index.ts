export { DecisionsController } from './decisions.controller.ts';
export { TraceDecisions } from './trace-decisions.ts';
