import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addAddServer } from './servers/add-server.ts';
import { addArchiveServer } from './servers/archive-server.ts';
import { addBundleServer } from './servers/bundle-server.ts';
import { addEditServer } from './servers/edit-server.ts';
import { addServerCommands } from './servers/list-commands.ts';
import { addListServers } from './servers/list-servers.ts';
import { addServerRestart } from './servers/restart-server.ts';
import { addServerStatus } from './servers/server-status.ts';
import { addShowServer } from './servers/show-server.ts';
import { addServerStart } from './servers/start-server.ts';
import { addServerStop } from './servers/stop-server.ts';
import { addVerifyServer } from './servers/verify-server.ts';

export function addServersCommand(program: Command, context: CommandContext): void {
  const servers = program.command('servers').description('the hosts that are known, and how they are');
  for (const add of [
    addListServers,
    addShowServer,
    addAddServer,
    addBundleServer,
    addEditServer,
    addVerifyServer,
    addArchiveServer,
    addServerStart,
    addServerStop,
    addServerRestart,
    addServerStatus,
    addServerCommands,
  ]) {
    add(servers, context);
  }
}
