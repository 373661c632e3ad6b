import type { Command } from 'commander';
import type { GlobalOptions } from '../context.ts';
import { integerOption, pythonOption } from '../commands/option-values.ts';
import { addRuleOptions, type RuleOptions } from './rule-options.ts';

/** Options that `build` and `plan` share: what is wanted, and for which target. */
export interface InputOptions extends GlobalOptions, RuleOptions {
  readonly requirement?: string[];
  readonly wheels?: string[];
  readonly constraint?: string[];
  readonly python?: string;
  readonly platform?: string;
  readonly rebuild?: boolean;
  readonly pool?: string;
  readonly priority?: number;
}

const pathList = (path: string, before: readonly string[] = []): string[] => [...before, path];

export function addInputOptions(command: Command): Command {
  command
    .argument('[requirement...]', 'requirements (PEP 508), for example "markupsafe==3.0.2"')
    .option(
      '-r, --requirement <file>',
      'requirements file, pylock.toml, uv.lock, pyproject.toml, script; may be given again',
      pathList,
    )
    .option('--wheels <dir>', 'wheels and sdists to upload; may be given again', pathList)
    .option('-c, --constraint <file>', 'constraints file; may be given again', pathList)
    .option('--python <version>', "Python version to build for (default: the controller's)", pythonOption)
    .option('--platform <tag>', "platform tag to build for (default: the controller's)");
  return addRuleOptions(command)
    .option('--rebuild', 'build what was built before once more, as a new generation')
    .option('--pool <name>', 'pool whose workers build')
    .option(
      '--priority <n>',
      'from -1000 to 1000; the higher one is claimed first',
      integerOption(-1000, 1000),
    );
}
