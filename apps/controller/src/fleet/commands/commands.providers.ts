import { CommandNotices } from './command-notices.ts';
import { CommandsRepository } from './commands.repository.ts';
import { CommandsService } from './commands.service.ts';
import { DeliverCommands } from './deliver-commands.ts';
import { EndCommand } from './end-command.ts';
import { IssueCommand } from './issue-command.ts';
import { SweepCommands } from './sweep-commands.ts';
import { TakeReports } from './take-reports.ts';

/** What the room needs to work; wired by `fleet.module.ts`. */
export const commandsProviders = [
  CommandNotices,
  CommandsRepository,
  CommandsService,
  DeliverCommands,
  EndCommand,
  IssueCommand,
  SweepCommands,
  TakeReports,
];
