import { hostArchitectures, listOf, runtimeViewSchema, type RuntimeView } from '@ironwheel/contracts';
import { Option, type Command } from 'commander';
import { openAsBlob } from 'node:fs';
import { z } from 'zod';
import { CliError, exitCodes } from '../cli-error.ts';
import type { CommandContext, GlobalOptions } from '../context.ts';
import { formatTable } from '../output/table.ts';
import { packOwnRuntime } from './pack-own-runtime.ts';

interface ImportOptions extends GlobalOptions {
  readonly self?: boolean;
  readonly arch?: string;
}

/** A runtime is some 50 MB, on a slow line perhaps for a while. */
const uploadTimeoutMs = 30 * 60_000;

const describe = (view: RuntimeView): string =>
  `Node ${view.version} for ${view.arch}, ${Math.round(view.bytes / 1_048_576)} MB`;

export function addRuntimeCommand(program: Command, context: CommandContext): void {
  const runtime = program.command('runtime').description('Node runtimes that hosts get from the controller');

  runtime
    .command('import')
    .description('put a Node release (node-v24.…-linux-….tar.gz or .tar.xz) into the controller')
    .argument('[file]', 'the release, as it is published')
    .option('--self', 'the Node that runs this command, for hosts of the same architecture')
    .addOption(
      new Option('--arch <arch>', 'refuse a file for another architecture').choices(hostArchitectures),
    )
    .action(async (file: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ImportOptions>();
      if ((file === undefined) === (options.self !== true)) {
        throw new CliError('Give the file of a Node release, or --self.', {
          exitCode: exitCodes.usage,
          code: 'CLI_USAGE',
        });
      }
      const client = await context.connect(options);
      const packed = file === undefined ? await packOwnRuntime() : null;
      try {
        const view = await client.post('/api/runtimes', runtimeViewSchema, {
          query: { arch: options.arch },
          file: await openRelease(packed?.path ?? file ?? ''),
          timeoutMs: uploadTimeoutMs,
        });
        if (options.json === true) context.output.json(view);
        else context.output.line(`Hosts can have ${describe(view)} now.`);
      } finally {
        await packed?.remove();
      }
    });

  runtime
    .command('list', { isDefault: true })
    .description('list the runtimes that hosts can have')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      const answer = await client.get('/api/runtimes', listOf(runtimeViewSchema));
      if (options.json === true) {
        context.output.json(answer);
        return;
      }
      if (answer.items.length === 0) {
        context.output.line(
          'None yet: ironwheel runtime import FILE. Hosts with a Node 24 of their own need none.',
        );
        return;
      }
      const rows = answer.items.map((view) => [
        view.arch,
        view.version,
        String(view.bytes),
        view.sha256,
        view.imported_at,
      ]);
      context.output.line(formatTable(['architecture', 'node', 'bytes', 'sha256', 'imported'], rows));
    });

  runtime
    .command('remove')
    .description('take a runtime out of the controller; hosts that have it keep it')
    .argument('<arch>', hostArchitectures.join(', '))
    .action(async (arch: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await context.connect(options);
      await client.delete(`/api/runtimes/${encodeURIComponent(arch)}`);
      if (options.json === true) context.output.json({ arch, removed: true });
      else context.output.line(`Removed the runtime for ${z.enum(hostArchitectures).parse(arch)}.`);
    });
}

async function openRelease(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path);
  } catch (error) {
    throw new CliError(`The file ${path} cannot be read.`, {
      exitCode: exitCodes.usage,
      code: 'CLI_FILE_UNREADABLE',
      cause: error,
    });
  }
}
