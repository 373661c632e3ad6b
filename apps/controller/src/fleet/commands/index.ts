export { CommandsService } from './commands.service.ts';
export type { CommandOrder } from './issue-command.ts';
