export { FleetModule } from './fleet.module.ts';
export type { DesiredState, WorkerRow } from './workers/worker.row.ts';
export { WorkersService } from './workers/workers.service.ts';
