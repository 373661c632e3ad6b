export { Heartbeats } from './heartbeats.ts';
export type { DesiredState, WorkerRow } from './worker.row.ts';
export { WorkersRepository, type NewWorker } from './workers.repository.ts';
export { WorkersService } from './workers.service.ts';
