import { createdTokenSchema, listOf, roles, tokenViewSchema, type Role } from '@ironwheel/contracts';
import { Option, type Command } from 'commander';
import type { CommandContext, GlobalOptions } from '../context.ts';
import { cleanLine } from '../output/clean-text.ts';
import { formatTable } from '../output/table.ts';
import { durationOption } from './option-values.ts';

interface CreateOptions extends GlobalOptions {
  readonly name: string;
  readonly role: Role;
  readonly expires?: number;
}

export function addTokenCommand(program: Command, context: CommandContext): void {
  const token = program.command('token').description('make, list and revoke tokens');

  token
    .command('create')
    .description('make a token; its secret is printed once, alone on standard output')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .requiredOption('--name <name>', 'what it is for')
    .option('--expires <time>', 'end of its life: 90s, 15m, 12h, 30d (default: never)', durationOption)
    .addHelpText('after', '\nA token of role `worker` enrols one worker: `ironwheel agent enroll`.')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CreateOptions>();
      const client = await context.connect(options);
      const created = await client.post('/api/tokens', createdTokenSchema, {
        body: {
          name: options.name,
          role: options.role,
          ...(options.expires === undefined ? {} : { expires_in_s: options.expires }),
        },
      });
      if (options.json === true) {
        context.output.json(created);
        return;
      }
      context.output.note(
        `Token ${cleanLine(created.token_id)} (${created.role}). Its secret is shown this once:`,
      );
      context.output.line(cleanLine(created.token));
    });

  token
    .command('list', { isDefault: true })
    .description('list the tokens, never their secrets')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      const answer = await client.get('/api/tokens', listOf(tokenViewSchema), { query: { limit: 500 } });
      if (options.json === true) {
        context.output.json(answer);
        return;
      }
      const rows = answer.items.map((item) => [
        item.token_id,
        item.name,
        item.role,
        item.created_at,
        item.revoked_at !== null ? `revoked ${item.revoked_at}` : (item.expires_at ?? 'never'),
        item.last_used_at ?? 'never',
      ]);
      context.output.line(formatTable(['token', 'name', 'role', 'made', 'expires', 'last used'], rows));
    });

  token
    .command('revoke')
    .description('revoke a token; what it was used for stops working at once')
    .argument('<token-id>', 'id from `token list`')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      await client.delete(`/api/tokens/${encodeURIComponent(id)}`);
      if (options.json === true) context.output.json({ token_id: id, revoked: true });
      else context.output.line(`Revoked ${cleanLine(id)}.`);
    });
}
