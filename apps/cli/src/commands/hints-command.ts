import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addAddHint } from './hints/add-hint.ts';
import { addListHints } from './hints/list-hints.ts';
import { addRemoveHint } from './hints/remove-hint.ts';
import { addShowHint } from './hints/show-hint.ts';
import { addSuggestHints } from './hints/suggest-hints.ts';
import { addTestHints } from './hints/test-hints.ts';
import { addUpdateHint } from './hints/update-hint.ts';

export function addHintsCommand(program: Command, context: CommandContext): void {
  const hints = program.command('hints').description('log patterns and what mends them');
  for (const add of [
    addListHints,
    addShowHint,
    addAddHint,
    addUpdateHint,
    addRemoveHint,
    addTestHints,
    addSuggestHints,
  ]) {
    add(hints, context);
  }
}
