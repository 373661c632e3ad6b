import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addArchivePool } from './pools/archive-pool.ts';
import { addCreatePool } from './pools/create-pool.ts';
import { addEditPool } from './pools/edit-pool.ts';
import { addListPools } from './pools/list-pools.ts';
import { addScalePool } from './pools/scale-pool.ts';
import { addSetDefaultPool } from './pools/set-default-pool.ts';
import { addShowPool } from './pools/show-pool.ts';

export function addPoolsCommand(program: Command, context: CommandContext): void {
  const pools = program.command('pools').description('groups of servers whose workers take the same jobs');
  for (const add of [
    addListPools,
    addShowPool,
    addCreatePool,
    addEditPool,
    addScalePool,
    addSetDefaultPool,
    addArchivePool,
  ]) {
    add(pools, context);
  }
}
