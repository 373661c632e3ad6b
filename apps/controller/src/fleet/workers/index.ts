export { AutomaticQuarantine } from './automatic-quarantine.ts';
export { Heartbeats, staleAfterIntervals } from './heartbeats.ts';
export { LaneWorkers, type LaneStandings, type WorkLane } from './lane-workers.ts';
export { HeldAttempts, type HeldAttempt, type HeldAttemptsDirectory } from './held-attempts.ts';
export { workerIntentChannel, WorkerIntents } from './worker-intents.ts';
export type { ClaimantRow, WorkerRow } from './worker.row.ts';
export { WorkersRepository, type NewWorker } from './workers.repository.ts';
export { WorkersService, type Claimant } from './workers.service.ts';
