export { FleetModule } from './fleet.module.ts';
export { WorkersService, type DesiredState, type WorkerRow } from './workers/index.ts';
