export { lanePoolOf, lanePoolsFor } from './memory-lanes.ts';
export { QueueGateway, workAvailableChannel, type Claiming } from './queue-gateway.ts';
export { QueueModule } from './queue.module.ts';
