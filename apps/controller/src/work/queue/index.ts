export { QueueGateway, workAvailableChannel } from './queue-gateway.ts';
export { QueueModule } from './queue.module.ts';
