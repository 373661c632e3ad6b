import type { Command } from 'commander';
import type { GlobalOptions } from '../context.ts';
import { integerOption, listOption, pythonOption } from '../commands/option-values.ts';

/** Options that `build` and `plan` share: what is wanted, and for which target. */
export interface InputOptions extends GlobalOptions {
  readonly requirement?: string[];
  readonly wheels?: string[];
  readonly constraint?: string[];
  readonly python?: string;
  readonly platform?: string;
  /** `--no-binary`: commander makes it the negation of `binary`, which is true when it was not given. */
  readonly binary?: string[] | true;
  readonly rebuild?: boolean;
  readonly eager?: boolean;
  readonly pool?: string;
  readonly priority?: number;
}

const pathList = (path: string, before: readonly string[] = []): string[] => [...before, path];

export function addInputOptions(command: Command): Command {
  return command
    .argument('[requirement...]', 'requirements (PEP 508), for example "markupsafe==3.0.2"')
    .option('-r, --requirement <file>', 'requirements file or lock file; may be given again', pathList)
    .option('--wheels <dir>', 'wheels and sdists to upload; may be given again', pathList)
    .option('-c, --constraint <file>', 'constraints file; may be given again', pathList)
    .option('--python <version>', "Python version to build for (default: the controller's)", pythonOption)
    .option('--platform <tag>', "platform tag to build for (default: the controller's)")
    .option(
      '--no-binary <names>',
      'build these although the index has a fitting wheel; `:all:` for every one',
      (text: string, before: string[] | true) => listOption(text, before === true ? [] : before),
    )
    .option('--rebuild', 'build what was built before once more, as a new generation')
    .option('--eager', 'take the newest versions that fit, not the pinned ones')
    .option('--pool <name>', 'pool whose workers build')
    .option(
      '--priority <n>',
      'from -1000 to 1000; the higher one is claimed first',
      integerOption(-1000, 1000),
    );
}
