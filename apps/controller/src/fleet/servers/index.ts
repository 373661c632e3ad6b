export type { ServerListRow, ServerRow } from './server.row.ts';
export { ServersRepository, type NewServer } from './servers.repository.ts';
export { serverArchived, serverNotFound, ServersService } from './servers.service.ts';
